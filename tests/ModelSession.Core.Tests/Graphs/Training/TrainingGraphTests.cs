using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs.Training;

public sealed class TrainingGraphTests
{
    public static TheoryData<string> Cases => [.. TrainingCases.Names];

    // Without gates, a gradient sees a reference variable before or after its change.
    public static TheoryData<string> Settled => [.. TrainingCases.Names.Where(name => name != "descent_ungated_ref")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_graph_that_trains_is_the_one_that_Python_builds(string name)
    {
        GraphDef expected = ExpectedTraining.Graph(name);

        Graph graph = TrainingCases.Build(name);

        NodeText.AssertContains(expected.Node, graph);
        Assert.Empty(graph.Operations.Select(operation => operation.Name).Except(expected.Node.Select(node => node.Name)));
    }

    [Theory]
    [MemberData(nameof(Settled))]
    public void Variables_begin_and_train_as_in_TensorFlow(string name)
    {
        Dictionary<string, Dictionary<string, double[]>> expected = ExpectedTraining.Values(name);
        using CaseRun run = new(TrainingCases.Build(name));

        run.AssertValues(expected["first"], 0);
        run.SetTrained();
        run.Steps(0, 4);

        run.AssertValues(expected["last"], name.StartsWith("adam_half", StringComparison.Ordinal) ? 4e-3 : 2e-5);
    }
}
