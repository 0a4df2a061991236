namespace ModelSessions.Tests.Graphs.Training;

/// <summary>What a variable must be after an update.</summary>
public sealed class ConstraintTests
{
    // The gradient is (1, −1); steps of 0.3 from ½, cut off at 0 and 1.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_constraint_holds_after_each_update(bool resource)
    {
        GraphBuilder g = new() { UseResourceVariables = resource };
        GraphVariable w = g.GetVariable("w", [2], Initializers.Constant(0.5), constraint: (builder, variable) => builder.ClipByValue(variable, 0, 1));
        GraphOperation train = new GradientDescentOptimizer(0.3).Minimize(g.ReduceSum(g.Times(w, Tensor.From(1f, -1f))), g.GlobalStep());
        GraphOperation init = g.InitializeVariables();
        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions(2));
        session.Prepare(new RunSignature([], [], [init.Name])).Run([], [], TestContext.Current.CancellationToken);
        foreach ((float first, float second) in new[] { (0.2f, 0.8f), (0f, 1f), (0f, 1f) })
        {
            session.Prepare(new RunSignature([], [], [train.Name])).Run([], [], TestContext.Current.CancellationToken);
            float[] found = session.ReadVariable("w")!.Span<float>().ToArray();
            Assert.Equal(first, found[0], 6);
            Assert.Equal(second, found[1], 6);
        }
    }

    [Fact]
    public void Rows_alone_cannot_be_constrained()
    {
        GraphBuilder g = new();
        GraphVariable table = g.GetVariable("table", [4, 2], constraint: (builder, variable) => builder.ClipByValue(variable, 0, 1));
        GraphTensor loss = g.ReduceSum(g.EmbeddingLookup(table, g.Constant(Tensor.From(1, 2))));
        GraphException error = Assert.Throws<GraphException>(() => new GradientDescentOptimizer(0.3).Minimize(loss));
        Assert.Contains("'table' has a constraint", error.Message, StringComparison.Ordinal);
    }
}
