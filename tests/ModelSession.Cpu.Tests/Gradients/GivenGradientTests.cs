using ModelSessions.Protos;

namespace ModelSessions.Tests.Gradients;

/// <summary>A library may say which function is the gradient of another (<c>Defun(grad_func=…)</c>).</summary>
public sealed class GivenGradientTests
{
    private static readonly FunctionDef[] s_functions =
    [
        FlowText.Function("MySquare", "x:float", "y:float=square:z:0", "square Mul x x"),
        FlowText.Function("HundredTimes", "x:float dy:float", "dx:float=dx:z:0", "hundred Const value=f:100\nscaled Mul hundred:output:0 x\ndx Mul scaled:z:0 dy"),
    ];

    [Fact]
    public void The_gradient_that_the_library_names_is_taken_by_nodes_of_TensorFlow_and_by_ours()
    {
        GraphDef def = FlowText.Parse(
            "x Placeholder dtype=float shape=(2)\ny MySquare x\ny2 PartitionedCall x f=&MySquare Tout=[float]\none Placeholder dtype=float\ngiven SymbolicGradient x one f=&MySquare Tout=[float]", s_functions).ToGraphDef();
        def.Library.Gradient.Add(new GradientDef { FunctionName = "MySquare", GradientFunc = "HundredTimes" });
        Graph graph = GraphImporter.Import(def);
        GraphTensor x = graph.Tensor("x:0");
        string own = ModelSessions.Gradients.Of(graph.Tensor("y:0"), x)[0]!.Name, ownOfCall = ModelSessions.Gradients.Of(graph.Tensor("y2:0"), x)[0]!.Name;
        using CpuRun run = new(graph);
        (string, Tensor) fed = ("x:0", Tensor.From(1f, 2f));

        Assert.Equal([100, 200], run.Fetch("given:0", fed, ("one:0", Tensor.From(1f, 1f))).Span<float>().ToArray());
        Assert.Equal([100, 200], run.Fetch(own, fed).Span<float>().ToArray());
        Assert.Equal([100, 200], run.Fetch(ownOfCall, fed).Span<float>().ToArray());
        Assert.Equal("HundredTimes", Assert.Single(graph.ToGraphDef().Library.Gradient).GradientFunc);
    }
}
