namespace ModelSessions.Tests.Graphs.Training;

public sealed class AverageTests
{
    [Fact]
    public void Averages_are_restored_into_the_variables_that_they_were_made_of()
    {
        GraphBuilder g = new();
        GraphVariable w = g.Variable("layer/w", [2], Initializers.Zeros), step = g.Variable("step", [], Initializers.Zeros, trainable: false);
        ExponentialMovingAverage average = new(0.9);
        Assert.Null(average.Average(w));
        Assert.Equal("layer/w/ExponentialMovingAverage", average.AverageName(w));

        average.Apply(g);

        Assert.Equal("layer/w/ExponentialMovingAverage", average.Average(w)!.Name);
        Assert.Equal(
            new Dictionary<string, string> { ["layer/w/ExponentialMovingAverage"] = "layer/w", ["step"] = "step" },
            average.VariablesToRestore(g).Where(pair => pair.Key != pair.Value || pair.Key == "step").ToDictionary());
        Assert.Equal("layer/w", Assert.Single(g.Variables(CollectionKeys.MovingAverageVariables)).Name);
        Assert.Null(average.Average(step));
    }

    [Fact]
    public void Whole_numbers_and_tensors_of_unknown_size_have_no_average()
    {
        GraphBuilder g = new();
        GraphTensor open = g.Placeholder(DType.Float32, [-1], "open");
        GraphVariable count = g.Variable(0, "count");

        Assert.Contains("'count' is int32", Assert.Throws<GraphException>(() => new ExponentialMovingAverage(0.9).Apply(count)).Message, StringComparison.Ordinal);
        Assert.Contains("'open:0'", Assert.Throws<GraphException>(() => new ExponentialMovingAverage(0.9).Apply(open)).Message, StringComparison.Ordinal);
        Assert.Throws<GraphException>(() => new ExponentialMovingAverage(0.9).Apply());
    }

    [Fact]
    public void Parts_of_a_variable_have_slots_that_checkpoints_hold_as_parts_of_one_tensor()
    {
        GraphBuilder g = new();
        TrainingCases.Build(g, "partitioned_ref");

        Dictionary<string, string?> whole = g.Variables().ToDictionary(variable => variable.Name, variable => variable.ToProto().SaveSliceInfoDef?.FullName);

        Assert.Equal("w", whole["w/part_0"]);
        Assert.Equal("w/Ftrl", whole["w/part_0/Ftrl"]);
        Assert.Equal("w/Ftrl_1", whole["w/part_1/Ftrl_1"]);
        Assert.Equal("w/ExponentialMovingAverage", whole["w/part_1/ExponentialMovingAverage"]);
        Assert.Null(whole["step"]);
    }

    [Fact]
    public void Slots_of_a_graph_that_was_trained_elsewhere_are_left_alone()
    {
        GraphBuilder first = new();
        TrainingCases.Build(first, "adam_ref");
        Graph graph = GraphImporter.Import(first.Graph.ToGraphDef());
        foreach (string key in (string[])[CollectionKeys.Variables, CollectionKeys.TrainableVariables])
        {
            first.Graph.Collections.TryGet(key, out ModelSessions.Protos.CollectionDef? collection);
            graph.Collections.Set(key, collection!);
        }

        AdamOptimizer optimizer = new(0.1);
        optimizer.Minimize(graph.Tensor("loss:0"), name: "again");

        GraphVariable w = graph.Builder.Variables(CollectionKeys.TrainableVariables).Single(variable => variable.Name == "net/w");
        Assert.Equal(["m", "v"], optimizer.SlotNames);
        Assert.Equal("net/w/Adam_2", optimizer.Slot(w, "m")!.Name);
        Assert.Equal("net/w/Adam_3", optimizer.Slot(w, "v")!.Name);
    }
}
