using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs;

public sealed class OptimizerTests
{
    [Theory]
    [InlineData("adam_ref")]
    [InlineData("adam_resource")]
    [InlineData("descent_ref")]
    [InlineData("descent_resource")]
    [InlineData("momentum_ref")]
    [InlineData("momentum_resource")]
    [InlineData("nesterov_ref")]
    [InlineData("nesterov_resource")]
    public void A_train_graph_is_the_one_that_Python_builds(string name)
    {
        GraphDef expected = GraphDef.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Graphs", "Expected", name + ".pb")));

        Graph graph = TrainGraphs.Build(name);

        NodeText.AssertContains(expected.Node, graph);
        Assert.Equal(expected.Node.Count, graph.Count);
    }

    [Fact]
    public void A_loss_that_depends_on_no_variable_is_refused()
    {
        GraphBuilder g = new();
        GraphTensor x = g.Placeholder(DType.Float32, [], "x");
        g.Variable(1.0, "v");

        GraphException error = Assert.Throws<GraphException>(() => new GradientDescentOptimizer(0.1).Minimize(x * 2));

        Assert.Contains("'v'", error.Message);
    }
}
