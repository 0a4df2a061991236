using System.Globalization;

namespace ModelSessions.Tests.Kernels;

/// <summary>Images resized, cut out, coloured. Expected values are TensorFlow 2.16's.</summary>
public sealed class ImageTests
{
    private static readonly float[] s_image = [1, 5, 2, 7, 3, 9];
    private static readonly float[] s_colors = [0.5f, 0.2f, 0.9f, 0.1f, 0.1f, 0.4f, 1, 0, 0];

    [Theory]
    [InlineData("ResizeBilinear", "1 3.5 5 5.166667 7 6")]
    [InlineData("ResizeBilinear half_pixel_centers=true", "2 2.75 4 5.125 6 7.5")]
    [InlineData("ResizeBilinear align_corners=true", "1 2 4 5.5 7 9")]
    [InlineData("ResizeBicubic", "1 3.875 5.113227 5.0746913 7.666666 5.8194447")]
    [InlineData("ResizeBicubic half_pixel_centers=true", "1.5425054 2.3197949 3.9671533 5.2153287 6.3918004 8.110861")]
    [InlineData("ResizeNearestNeighbor half_pixel_centers=true", "1 2 7 9 7 9")]
    [InlineData("ResizeNearestNeighbor align_corners=true", "1 2 7 9 7 9")]
    [InlineData("ResizeArea", "2.3333335 3 4.0000005 5.0000005 5.6666665 6.9999995")]
    public void Images_get_another_size(string op, string expected)
    {
        string[] parts = op.Split(' ');

        Check($"out {parts[0]} x size {string.Join(' ', parts[1..])}", expected, ("x", Tensor.From<float>(s_image, [1, 2, 3, 1])), ("size", Tensor.From(3, 2)));
    }

    [Fact]
    public void A_filter_of_three_lobes_scales_and_moves() => Check(
        "out ScaleAndTranslate x size scale move kernel_type=lanczos3 antialias=true",
        "1.928893 2.8493164 3.457498 4.4860916 5.298145 6.4569902",
        ("x", Tensor.From<float>(s_image, [1, 2, 3, 1])),
        ("size", Tensor.From(3, 2)),
        ("scale", Tensor.From(1.5f, 0.7f)),
        ("move", Tensor.From(0.2f, 0)));

    [Theory]
    [InlineData("AdjustHue x by", 0.3f, "0.9 0.36000031 0.2 0.4 0.1 0.15999995 0.1999998 1 0")]
    [InlineData("AdjustSaturation x by", 0.4f, "0.74 0.62 0.9 0.28 0.28 0.4 1 0.6 0.6")]
    [InlineData("AdjustContrastv2 x by", 2f, "0.46666664 0.3 1.3666666 -0.33333334 0.1 0.36666667 1.4666667 -0.1 -0.43333334")]
    [InlineData("RGBToHSV x", 0f, "0.7380953 0.7777778 0.9 0.6666667 0.75 0.4 0 1 1")]
    [InlineData("HSVToRGB x", 0f, "0.72 0.9 0.9 0.4 0.384 0.36 0 0 0")]
    public void Colours_change(string op, float by, string expected) =>
        Check($"out {op}", expected, ("x", Tensor.From<float>(s_colors, [1, 3, 3])), ("by", Tensor.From<float>([by], [])));

    [Fact]
    public void A_box_that_reaches_over_the_edge_has_the_outer_value_there()
    {
        using CpuRun run = new("""
            x Placeholder dtype=float
            boxes Placeholder dtype=float
            number Placeholder dtype=int32
            size Placeholder dtype=int32
            crop CropAndResize x boxes number size
            """);
        (string, Tensor) x = ("x:0", Tensor.From<float>(s_image, [1, 2, 3, 1])), boxes = ("boxes:0", Tensor.From<float>([0.1f, 0.2f, 0.9f, 1.2f], [1, 4]));
        (string, Tensor) size = ("size:0", Tensor.From(2, 3));

        Assert.Equal([2.88f, 3.96f, 0, 5.12f, 5.24f, 0], run.Fetch("crop:0", x, boxes, size, ("number:0", Tensor.From<int>([0]))).Span<float>().ToArray().Select(v => MathF.Round(v, 5)));
        EngineException outside = Assert.Throws<EngineException>(() => run.Fetch("crop:0", x, boxes, size, ("number:0", Tensor.From<int>([1]))));
        Assert.Equal(StatusCode.OutOfRange, outside.Code);
    }

    [Theory]
    [InlineData("ExtractGlimpse", true, true, 0.25f, 36)]
    [InlineData("ExtractGlimpse", true, false, 5, 31)]
    [InlineData("ExtractGlimpse", false, true, 0.25f, 14)]
    [InlineData("ExtractGlimpse", false, false, 5, 4)]
    [InlineData("ExtractGlimpseV2", true, true, 0.25f, 36)]
    [InlineData("ExtractGlimpseV2", true, false, 5, 36)]
    [InlineData("ExtractGlimpseV2", false, true, 0.25f, 16)]
    [InlineData("ExtractGlimpseV2", false, false, 5, 6)]
    public void A_glimpse_starts_where_its_version_has_it(string op, bool centered, bool normalized, float offset, float first)
    {
        using CpuRun run = new($"""
            x Placeholder dtype=float
            size Placeholder dtype=int32
            at Placeholder dtype=float
            out {op} x size at centered={Flag(centered)} normalized={Flag(normalized)} uniform_noise=false noise=zero
            """);
        float[] row = [.. Enumerable.Range(1, 60).Select(i => (float)i)];
        float top = centered ? 0 : normalized ? 0.5f : 4;

        Tensor glimpse = run.Fetch("out:0", ("x:0", Tensor.From<float>([.. Enumerable.Repeat(row, 9).SelectMany(v => v)], [1, 9, 60, 1])), ("size:0", Tensor.From(1, 4)), ("at:0", Tensor.From<float>([top, offset], [1, 2])));

        Assert.Equal(first, glimpse.Span<float>()[0]);
    }

    [Fact]
    public void Sizes_that_are_none_are_told_with_TensorFlows_code()
    {
        using CpuRun run = new("""
            x Placeholder dtype=float
            size Placeholder dtype=int32
            out ResizeBilinear x size
            """);

        foreach ((long[] image, int[] size) in ((long[], int[])[])[([1, 2, 3, 1], [0, 2]), ([1, 2, 3, 1], [2]), ([6], [2, 2]), ([1, 0, 3, 1], [2, 2])])
        {
            EngineException error = Assert.Throws<EngineException>(() => run.Fetch("out:0", ("x:0", Tensor.From<float>(s_image.AsSpan(0, image.Contains(0) ? 0 : 6), new Shape(image))), ("size:0", Tensor.From<int>(size))));
            Assert.Equal(StatusCode.InvalidArgument, error.Code);
        }
    }

    private static string Flag(bool value) => value ? "true" : "false";

    private static void Check(string node, string expected, params (string Name, Tensor Value)[] feeds)
    {
        IEnumerable<string> placeholders = feeds.Select(feed => $"{feed.Name} Placeholder dtype={(feed.Value.DType == DType.Int32 ? "int32" : "float")}");
        using CpuRun run = new(string.Join('\n', [.. placeholders, node]));

        float[] result = run.Fetch("out:0", [.. feeds.Select(feed => ($"{feed.Name}:0", feed.Value))]).Span<float>().ToArray();

        float[] wanted = [.. expected.Split(' ').Select(text => float.Parse(text, CultureInfo.InvariantCulture))];
        Assert.Equal(wanted.Length, result.Length);
        Assert.All(result.Zip(wanted), pair => Assert.Equal(pair.Second, pair.First, 2e-6f));
    }
}
