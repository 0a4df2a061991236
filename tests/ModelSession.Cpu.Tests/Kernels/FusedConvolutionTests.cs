namespace ModelSessions.Tests.Kernels;

/// <summary>Convolutions of images that are resized and padded on the way; TensorFlow's values.</summary>
public sealed class FusedConvolutionTests
{
    private static readonly Tensor s_filter = Numbers(-3, 2, 2, 1, 2);
    private static readonly Tensor s_paddings = Tensor.From<int>([0, 0, 1, 1, 2, 0, 0, 0], [4, 2]);

    [Theory]
    [InlineData("REFLECT", new[] { -18f, -4, -18, -8, -14, -4 }, 220f)]
    [InlineData("SYMMETRIC", new[] { -2f, 0, 0, 0, 2, 4 }, 336f)]
    public void Images_are_padded_by_their_mirrors(string mode, float[] first, float sum) =>
        Check(OpRun.Of("FusedPadConv2D", Attributes(mode, 2, "VALID"), Numbers(0, 1, 3, 4, 1), s_paddings, s_filter)[0], [1, 2, 5, 2], first, sum);

    [Theory]
    [InlineData(false, new[] { -10.9333344f, -2.1333334f, -10.9333334f, -4.8f, -8.2666664f, -2.1333334f }, 820.13342f)]
    [InlineData(true, new[] { -9.2f, -1.6f, -9.2f, -4f, -6.8f, -1.6f }, 734.4f)]
    public void Images_are_resized_before(bool alignCorners, float[] first, float sum)
    {
        NodeAttributes attributes = Attributes("REFLECT", 1, "SAME");
        attributes["resize_align_corners"] = alignCorners;
        Check(OpRun.Of("FusedResizeAndPadConv2D", attributes, Numbers(0, 1, 3, 4, 1), Tensor.From(5, 6), s_paddings, s_filter)[0], [1, 7, 8, 2], first, sum);
    }

    [Fact]
    public void Each_image_of_a_batch_has_what_it_has_alone()
    {
        Tensor all = OpRun.Of("FusedPadConv2D", Attributes("REFLECT", 1, "VALID"), Numbers(0, 2, 3, 4, 1), s_paddings, s_filter)[0];
        Tensor second = OpRun.Of("FusedPadConv2D", Attributes("REFLECT", 1, "VALID"), Numbers(12, 1, 3, 4, 1), s_paddings, s_filter)[0];
        Assert.Equal(second.Span<float>().ToArray(), all.Span<float>()[second.Span<float>().Length..].ToArray());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 4)]
    [InlineData(2, -1)]
    public void Margins_that_no_mirror_fills_are_refused(int place, int margin)
    {
        int[] paddings = new int[8];
        paddings[place] = margin;
        EngineException e = Assert.Throws<EngineException>(
            () => OpRun.Of("FusedPadConv2D", Attributes("REFLECT", 1, "VALID"), Numbers(0, 1, 3, 4, 1), Tensor.From<int>(paddings, [4, 2]), s_filter));
        Assert.Equal(StatusCode.InvalidArgument, e.Code);
    }

    private static NodeAttributes Attributes(string mode, long step, string padding) =>
        new() { ["mode"] = mode, ["strides"] = (long[])[1, step, 1, 1], ["padding"] = padding };

    private static void Check(Tensor found, long[] shape, float[] first, float sum)
    {
        Assert.Equal(shape, found.Shape.Dimensions.ToArray());
        Assert.All(first.Zip(found.Span<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal(sum, found.Span<float>().ToArray().Sum(), 1e-2f);
    }

    private static Tensor Numbers(int first, params long[] shape)
    {
        Tensor result = Tensor.Zeros(DType.Float32, new Shape(shape));
        for (int i = 0; i < result.Span<float>().Length; i++)
        {
            result.Span<float>()[i] = first + i;
        }

        return result;
    }
}
