namespace ModelSessions.Tests.Tensors;

public sealed class TensorArrayTests
{
    [Fact]
    public void Elements_come_as_an_array_of_their_type()
    {
        Assert.Equal([1f, 2f, 3f], Assert.IsType<float[]>(Tensor.From(1f, 2f, 3f).ToArray()));
        Assert.Equal([true, false], Assert.IsType<bool[]>(Tensor.From(true, false).ToArray()));
        Assert.Equal([7L], Assert.IsType<long[]>(Tensor.Scalar(7L).ToArray()));
        Assert.Empty(Assert.IsType<double[]>(Tensor.Zeros(DType.Float64, [0, 3]).ToArray()));
    }

    [Fact]
    public void Strings_come_as_text() => Assert.Equal(["é", ""], Assert.IsType<string[]>(Tensor.FromStrings(["é", ""], [2]).ToArray()));

    [Fact]
    public void The_array_is_a_copy()
    {
        Tensor tensor = Tensor.From(1f, 2f);
        ((float[])tensor.ToArray())[0] = 9;
        Assert.Equal(1f, tensor.Span<float>()[0]);
    }
}
