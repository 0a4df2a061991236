namespace ModelSessions.Tests.Graphs.Training;

public sealed class RegularizerTests
{
    [Theory]
    [InlineData("l1", 0.5 * 3.5, "w/Regularizer/l1_regularizer:0")]
    [InlineData("l2", 0.25 * 0.5 * 5.25, "w/Regularizer/l2_regularizer:0")]
    [InlineData("both", (0.5 * 3.5) + (0.25 * 0.5 * 5.25), "w/Regularizer/l1_l2_regularizer:0")]
    public void Penalties_are_listed_and_have_the_values_of_contribs(string kind, double expected, string name)
    {
        Regularizer regularizer = kind switch { "l1" => Regularizers.L1(0.5), "l2" => Regularizers.L2(0.25), _ => Regularizers.L1L2(0.5, 0.25) };
        GraphBuilder g = new();
        g.GetVariable("w", [3], (builder, _, _) => builder.Constant(Tensor.From(1f, -2f, 0.5f)), regularizer: regularizer);
        g.InitializeVariables();
        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions());
        session.Prepare(new RunSignature([], [], ["init"])).Run([], [], TestContext.Current.CancellationToken);
        Tensor[] penalty = new Tensor[1];

        string listed = Assert.Single(g.Graph.Collections.Names(CollectionKeys.RegularizationLosses));
        session.Prepare(new RunSignature([], [listed], [])).Run([], penalty, TestContext.Current.CancellationToken);

        Assert.Equal(name, listed);
        Assert.Equal(expected, penalty[0].ToScalar<float>(), 1e-6);
    }

    [Fact]
    public void A_scale_of_0_adds_nothing_and_a_negative_one_is_refused()
    {
        GraphBuilder g = new();
        g.GetVariable("w", [3], Initializers.Zeros, regularizer: Regularizers.L1L2(0, 0));

        Assert.Empty(g.Graph.Collections.Names(CollectionKeys.RegularizationLosses));
        Assert.Throws<ArgumentOutOfRangeException>(() => Regularizers.L2(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Regularizers.L1(double.NaN));
    }

    [Fact]
    public void Only_the_variables_that_are_named_decay()
    {
        GraphBuilder g = new();
        GraphVariable a = g.Variable(1.0, "a"), b = g.Variable(1.0, "b");
        new AdamWOptimizer(0.1) { DecayedVariables = [a] }.Minimize(g.Plus(a, b), name: "train");

        Assert.NotNull(g.Graph.Find("train/update_a/AssignSub"));
        Assert.Null(g.Graph.Find("train/update_b/AssignSub"));
    }
}
