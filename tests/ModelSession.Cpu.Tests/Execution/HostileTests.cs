namespace ModelSessions.Tests.Execution;

/// <summary>Nothing that a graph or a feed says ends the process.</summary>
public sealed class HostileTests : IDisposable
{
    private const int Many = 4_000_000;

    private readonly GraphSketch _g = new();

    public void Dispose() => _g.Dispose();

    [Theory]
    [InlineData("Fill")]
    [InlineData("Reshape")]
    [InlineData("BroadcastTo")]
    public void A_shape_of_millions_of_dimensions_is_an_error(string op)
    {
        GraphTensor sizes = _g.Placeholder("sizes", Shape.Unknown, DType.Int32), one = _g.Const("one", 1f);
        _g.Node(op, "y", op == "Fill" ? [sizes, one] : [one, sizes]);

        EngineException e = Assert.Throws<EngineException>(() => _g.Run("y:0", ("sizes:0", Tensor.From<int>(Enumerable.Repeat(1, Many).ToArray()))));

        Assert.Equal(("y", StatusCode.InvalidArgument), (e.Node, e.Code));
    }

    [Fact]
    public void A_fed_tensor_of_millions_of_dimensions_is_an_error()
    {
        GraphTensor x = _g.Placeholder("x", Shape.Unknown);
        _g.Node("Sum", "y", [x, _g.Const("axes", Tensor.From(0))]);

        EngineException e = Assert.Throws<EngineException>(
            () => _g.Run("y:0", ("x:0", Tensor.Zeros(DType.Float32, new Shape(Enumerable.Repeat(1L, Many).ToArray())))));

        Assert.Equal(StatusCode.InvalidArgument, e.Code);
    }

    [Fact]
    public void A_chain_of_a_hundred_thousand_nodes_is_planned_and_run()
    {
        GraphTensor x = _g.Placeholder("x", [1]);
        GraphTensor one = _g.Const("one", 1f), last = x;
        for (int i = 0; i < 100_000; i++)
        {
            last = _g.Node("AddV2", $"add{i}", [last, one]);
        }

        Assert.Equal(100_000f, _g.Run(last.Name, ("x:0", Tensor.From(0f))).Span<float>()[0]);
    }
}
