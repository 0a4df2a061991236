namespace ModelSessions.Tests.Kernels;

/// <summary>Open sizes where there is nothing to share out; what TensorFlow 2.16 gives.</summary>
public sealed class ReshapeTests
{
    [Theory]
    [InlineData("2,0", "-1,0", "2,0")]
    [InlineData("2,0", "-1,3", "0,3")]
    [InlineData("0", "-1,0", "1,0")]
    [InlineData("0", "-1", "0")]
    [InlineData("2,0,3", "0,-1", "0,6")]
    [InlineData("0,3", "3,-1", "3,0")]
    [InlineData("0,2", "5,-1,0", "5,0,0")]
    [InlineData("2,0,3", "-1,5,0", "1,5,0")]
    public void An_empty_tensor_takes_an_open_size(string shape, string sizes, string expected)
    {
        using CpuRun run = new("x Placeholder dtype=float\nsizes Placeholder dtype=int32\ny Reshape x sizes");
        Tensor y = run.Fetch("y:0", ("x:0", Tensor.Zeros(DType.Float32, Parse(shape))), ("sizes:0", Sizes(sizes)));
        Assert.Equal(Parse(expected), y.Shape);
    }

    [Theory]
    [InlineData("0,-1")]
    [InlineData("-1,0")]
    [InlineData("4,-1")]
    public void What_has_elements_takes_no_shape_without(string sizes)
    {
        using CpuRun run = new("x Placeholder dtype=float\nsizes Placeholder dtype=int32\ny Reshape x sizes");
        EngineException e = Assert.Throws<EngineException>(() => run.Fetch("y:0", ("x:0", Tensor.Zeros(DType.Float32, [2, 3])), ("sizes:0", Sizes(sizes))));
        Assert.Equal(StatusCode.InvalidArgument, e.Code);
    }

    private static Shape Parse(string text) => new([.. text.Split(',').Select(long.Parse)]);

    private static Tensor Sizes(string text) => Tensor.From<int>([.. text.Split(',').Select(int.Parse)], [text.Split(',').Length]);
}
