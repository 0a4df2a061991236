using System.Globalization;

namespace ModelSessions.Tests.Tensors;

public sealed class TensorTextTests
{
    [Fact]
    public void A_scalar_is_its_value()
    {
        Assert.Equal("0.25", Tensor.Scalar(0.25f).ToString());
        Assert.Equal("-3", Tensor.Scalar(-3L).ToString());
        Assert.Equal("True", Tensor.Scalar(true).ToString());
        Assert.Equal("a b", Tensor.Scalar("a b").ToString());
        Assert.Equal("0.5", Tensor.Scalar((Half)0.5).ToString());
        Assert.Equal("0.5", Tensor.Scalar((BFloat16)0.5f).ToString());
        Assert.Equal("0,250", Tensor.Scalar(0.25f).ToString("0.000", new NumberFormatInfo { NumberDecimalSeparator = "," }));
        Assert.Equal("0.250", string.Create(CultureInfo.InvariantCulture, $"{Tensor.Scalar(0.25f):0.000}"));
    }

    [Fact]
    public void A_few_elements_are_their_values_in_brackets()
    {
        Assert.Equal("[3, 7]", Tensor.From(3f, 7f).ToString());
        Assert.Equal("[[1, 2, 3], [4, 5, 6]]", Tensor.From([1, 2, 3, 4, 5, 6], [2, 3]).ToString());
        Assert.Equal("[a, b]", Tensor.FromStrings(["a", "b"], [2]).ToString());
        Assert.Equal("[1.00, 2.00]", Tensor.From(1f, 2f).ToString("0.00", null));
    }

    [Fact]
    public void Many_none_and_handles_are_type_and_shape()
    {
        Assert.Equal("float32 [784, 10]", Tensor.Zeros(DType.Float32, [784, 10]).ToString());
        Assert.Equal("int32 [0]", Tensor.Zeros(DType.Int32, [0]).ToString());
        Assert.Equal("resource []", Tensor.Zeros(DType.Resource, Shape.Scalar).ToString());
        Assert.Equal("float32 [2]", Tensor.From(3f, 7f).Describe());
    }
}
