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

    // A step of each operand stands for 1/255 here; 51 and 102 are 0.2 and 0.4.
    [Fact]
    public void A_product_in_eight_bits_stands_for_the_product_of_the_floats()
    {
        Tensor zero = Tensor.Scalar(0f), one = Tensor.Scalar(1f);
        NodeAttributes attributes = new() { ["Toutput"] = DType.QInt32 };
        GraphBuilder g = new();
        GraphTensor a = Eight(0.2f, 1, [1, 2]), b = Eight(0.4f, 0.5f, [2, 1]);
        GraphOperation product = g.AddOperation("QuantizedMatMul", "product", attributes, a, b, g.Constant(zero), g.Constant(one), g.Constant(zero), g.Constant(one));
        g.Add("Dequantize", "y", null, product.Outputs[0], product.Outputs[1], product.Outputs[2]);

        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions(1));
        Tensor[] results = new Tensor[1];
        session.Prepare(new RunSignature([], ["y:0"], [])).Run([], results, TestContext.Current.CancellationToken);

        Assert.Equal(0.2 * 0.4 + 0.5, results[0].Span<float>()[0], 0.01);

        GraphTensor Eight(float x, float y, Shape shape) =>
            g.Add("QuantizeV2", null, new() { ["T"] = DType.QUInt8 }, g.Constant(Tensor.From<float>([x, y], shape)), g.Constant(zero), g.Constant(one));
    }
}
