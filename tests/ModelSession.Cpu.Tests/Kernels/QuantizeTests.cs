namespace ModelSessions.Tests.Kernels;

/// <summary>Numbers of few bits, with TensorFlow 2.16's values.</summary>
public sealed class QuantizeTests
{
    private static readonly Tensor s_values = Tensor.From(-3f, -.3f, 0, .5f, 1.2f);

    [Theory]
    [InlineData("MIN_COMBINED", new byte[] { 0, 89, 128, 191, 255 }, -1f, 1f)]
    [InlineData("MIN_FIRST", new byte[] { 0, 90, 128, 192, 255 }, -1f, 1f)]
    [InlineData("SCALED", new byte[] { 0, 0, 0, 128, 255 }, 0f, 1f)]
    public void A_range_is_cut_into_levels(string mode, byte[] expected, float low, float high)
    {
        NodeAttributes attributes = new() { ["T"] = DType.QUInt8, ["mode"] = mode };

        Tensor[] results = OpRun.Of("QuantizeV2", attributes, s_values, Tensor.Scalar(-1f), Tensor.Scalar(1f));

        Assert.Equal(expected, results[0].Span<byte>().ToArray());
        Assert.Equal((low, high), (results[1].ToScalar<float>(), results[2].ToScalar<float>()));
    }

    [Fact]
    public void A_range_turned_around_is_refused() => Assert.Equal(
        StatusCode.InvalidArgument,
        Assert.Throws<EngineException>(() =>
            OpRun.Of("QuantizeV2", new() { ["T"] = DType.QInt8 }, s_values, Tensor.Scalar(1f), Tensor.Scalar(-1f))).Code);

    [Fact]
    public void The_gradient_of_rounding_passes_inside_of_the_range()
    {
        Tensor[] results = OpRun.Of(
            "QuantizeAndDequantizeV4Grad", null, Tensor.From(1f, 2, 3, 4, 5), s_values, Tensor.Scalar(-1f), Tensor.Scalar(1f));

        Assert.Equal([0f, 2, 3, 4, 0], results[0].Span<float>().ToArray());
    }
}
