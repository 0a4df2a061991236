namespace ModelSessions.Tests.Graphs;

public sealed class LossWeightTests
{
    [Fact]
    public void Weights_of_unknown_shape_count_for_what_they_are_when_run()
    {
        GraphBuilder g = new();
        GraphTensor labels = g.Constant(Tensor.From<float>([0, 0, 0, 0, 0, 0], [2, 3])), predictions = g.Constant(Tensor.From<float>([1, 2, 3, 4, 5, 6], [2, 3]));
        GraphTensor weights = g.Placeholder(DType.Float32, Shape.Unknown, "w");
        GraphTensor loss = g.Losses.AbsoluteDifference(labels, predictions, new() { Weights = weights });
        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions(2));
        IRunPlan plan = session.Prepare(new RunSignature(["w:0"], [loss.Name], []));

        Assert.Equal(7f, Run(plan, Tensor.Scalar(2f)));
        Assert.Equal(2f, Run(plan, Tensor.From<float>([1, 0], [2, 1])));
        Assert.Equal(3.5f, Run(plan, Tensor.From<float>([1, 0, 0, 0, 0, 1], [2, 3])));
    }

    private static float Run(IRunPlan plan, Tensor weights)
    {
        Tensor[] found = new Tensor[1];
        plan.Run([weights], found, TestContext.Current.CancellationToken);
        return found[0].Span<float>()[0];
    }
}
