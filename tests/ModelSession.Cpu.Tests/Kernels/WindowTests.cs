namespace ModelSessions.Tests.Kernels;

/// <summary>Convolutions and pools with the values and codes of TensorFlow 2.16.</summary>
public sealed class WindowTests
{
    private static readonly float[] s_withNan =
        [1, 1, float.NaN, 2, 1, 1, 2, 2, float.NaN, float.NaN, 0, 0, float.NaN, float.NaN, -1, 0];

    private static readonly float[] s_withTies = [1, 1, 0, 2, 1, 1, 2, 2, 0, 0, 0, 0, 0, 0, -1, 0];

    [Theory]
    [InlineData("Conv2D", "NCHW", StatusCode.Unimplemented)]
    [InlineData("MaxPool", "NCHW", StatusCode.InvalidArgument)]
    [InlineData("AvgPool", "NCHW", StatusCode.InvalidArgument)]
    public void Channels_in_front_are_refused_as_by_TensorFlows_CPU(string type, string format, StatusCode code)
    {
        NodeAttributes attributes = new() { ["strides"] = new long[] { 1, 1, 1, 1 }, ["padding"] = "SAME", ["data_format"] = format };
        if (type != "Conv2D")
        {
            attributes["ksize"] = new long[] { 1, 1, 2, 2 };
        }

        Tensor images = Tensor.Zeros(DType.Float32, [1, 2, 4, 4]), filter = Tensor.Zeros(DType.Float32, [3, 3, 2, 1]);
        Tensor[] inputs = type == "Conv2D" ? [images, filter] : [images];

        Assert.Equal(code, Assert.Throws<EngineException>(() => OpRun.Of(type, attributes, inputs)).Code);
    }

    [Fact]
    public void A_maximum_over_a_volume_stays_only_while_nothing_after_it_is_not_less() =>
        Assert.Equal([0f, 0f], OpRun.Of("MaxPool3D", Halves(), Tensor.From<float>(s_withNan, [1, 2, 4, 2, 1]))[0].Span<float>().ToArray());

    [Fact]
    public void The_gradient_of_a_maximum_over_a_volume_goes_to_all_that_equal_it()
    {
        Tensor x = Tensor.From<float>(s_withTies, [1, 2, 4, 2, 1]), y = Tensor.From<float>([2f, 2f], [1, 1, 2, 1, 1]);

        Tensor[] results = OpRun.Of("MaxPool3DGrad", Halves(), x, y, Tensor.From<float>([10f, 20f], [1, 1, 2, 1, 1]));

        Assert.Equal([0f, 0, 0, 10, 0, 0, 20, 20, 0, 0, 0, 0, 0, 0, 0, 0], results[0].Span<float>().ToArray());
    }

    [Fact]
    public void A_position_outside_of_the_image_is_an_error_not_a_crash()
    {
        NodeAttributes attributes = new() { ["ksize"] = new long[] { 1, 2, 2, 1 }, ["strides"] = new long[] { 1, 2, 2, 1 }, ["padding"] = "VALID" };
        Tensor x = Tensor.Zeros(DType.Float32, [1, 2, 2, 1]), dy = Tensor.Zeros(DType.Float32, [1, 1, 1, 1]);

        foreach (long place in (long[])[-1, 4, long.MaxValue])
        {
            EngineException e = Assert.Throws<EngineException>(() => OpRun.Of("MaxPoolGradWithArgmax", attributes, x, dy, Tensor.From<long>([place], [1, 1, 1, 1])));
            Assert.Equal(StatusCode.InvalidArgument, e.Code);
        }
    }

    [Theory]
    [InlineData(false, false, new long[] { 0, 2, 4, 5, 7 }, new long[] { 0, 1, 3, 5, 7 }, new float[] { 7, 9, 11, 13, 21, 23, 25, 27, 28, 30, 32, 34, 42, 44, 46, 48 })]
    [InlineData(true, true, new long[] { 0, 2, 4, 5, 7 }, new long[] { 0, 2, 4, 6, 7 }, new float[] { 16, 18, 20, 20, 30, 32, 34, 34, 37, 39, 41, 41, 44, 46, 48, 48 })]
    public void Fractional_pools(bool pseudo, bool overlapping, long[] rows, long[] columns, float[] expected)
    {
        NodeAttributes attributes = new()
        {
            ["pooling_ratio"] = new[] { 1f, 1.44f, 1.73f, 1f }, ["seed"] = 5, ["seed2"] = 7, ["deterministic"] = true,
            ["pseudo_random"] = pseudo, ["overlapping"] = overlapping,
        };

        Tensor[] results = OpRun.Of("FractionalMaxPool", attributes, Tensor.From<float>([.. Enumerable.Range(0, 49).Select(i => (float)i)], [1, 7, 7, 1]));

        Assert.Equal(rows, results[1].Span<long>().ToArray());
        Assert.Equal(columns, results[2].Span<long>().ToArray());
        Assert.Equal(expected, results[0].Span<float>().ToArray());
    }

    // Every bit, for windows laid out in several parts.
    [Theory]
    [InlineData("SAME", 1)]
    [InlineData("VALID", 2)]
    public void Volumes_are_convolved_alike_by_any_number_of_threads(string padding, int stride)
    {
        Random random = new(3);
        Tensor x = Random([2, 9, 12, 11, 8], random), w = Random([3, 3, 2, 8, 12], random);
        NodeAttributes attributes = new() { ["strides"] = new long[] { 1, stride, stride, stride, 1 }, ["padding"] = padding };
        Tensor[] outputs = [.. Enumerable.Range(1, 3).Select(threads => Run("Conv3D", threads, attributes, x, w))];
        Tensor dy = Random(outputs[0].Shape, random);
        Tensor[] filters = [.. Enumerable.Range(1, 3).Select(threads => Run("Conv3DBackpropFilterV2", threads, attributes, x, Sizes(w), dy))];
        Tensor[] inputs = [.. Enumerable.Range(1, 3).Select(threads => Run("Conv3DBackpropInputV2", threads, attributes, Sizes(x), w, dy))];

        foreach (Tensor[] results in (Tensor[][])[outputs, filters, inputs])
        {
            Assert.Equal(results[0].Span<float>().ToArray(), results[1].Span<float>().ToArray());
            Assert.Equal(results[0].Span<float>().ToArray(), results[2].Span<float>().ToArray());
        }

        // <y, dy> is linear in both: the gradients of each are its coefficients.
        double expected = Dot(outputs[0], dy);
        Assert.Equal(expected, Dot(w, filters[0]), 1e-2);
        Assert.Equal(expected, Dot(x, inputs[0]), 1e-2);
    }

    private static Tensor Run(string type, int threads, NodeAttributes attributes, params Tensor[] inputs)
    {
        using OpRun run = new(type, threads, attributes, inputs);
        return run.Next()[0];
    }

    private static Tensor Sizes(Tensor tensor) => Tensor.From<int>([.. tensor.Shape.Dimensions.ToArray().Select(size => (int)size)]);

    private static Tensor Random(Shape shape, Random random) =>
        Tensor.From<float>([.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => random.NextSingle() - 0.5f)], shape);

    private static double Dot(Tensor x, Tensor y) => x.Span<float>().ToArray().Zip(y.Span<float>().ToArray(), (a, b) => (double)a * b).Sum();

    private static NodeAttributes Halves() =>
        new() { ["ksize"] = new long[] { 1, 2, 2, 2, 1 }, ["strides"] = new long[] { 1, 2, 2, 2, 1 }, ["padding"] = "VALID" };
}
