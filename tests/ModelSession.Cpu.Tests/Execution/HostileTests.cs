using ModelSessions.Protos;

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

    [Fact]
    public void Functions_that_each_call_the_next_twice_take_no_memory_by_the_call_and_can_be_cancelled()
    {
        const int Deep = 40;
        FunctionDef[] functions =
        [
            .. Enumerable.Range(0, Deep).Select(i => FlowText.Function(
                $"F{i}", "a:float", "b:float=two:output:0", $"one PartitionedCall a f=&F{i + 1} Tout=[float]\ntwo PartitionedCall one:output:0 f=&F{i + 1} Tout=[float]")),
            FlowText.Function($"F{Deep}", "a:float", "b:float=y:y:0", "y Neg a"),
        ];
        using CpuRun run = new(FlowText.Parse("x Const value=f:1\ny PartitionedCall x f=&F0 Tout=[float]", functions));
        IRunPlan plan = run.Session.Prepare(new RunSignature([], ["y:0"], []));
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(100));

        Assert.Throws<OperationCanceledException>(() => plan.Run([], new Tensor[1], soon.Token));
    }
}
