namespace ModelSessions.Tests.Graphs;

/// <summary>Gradients that a user gives.</summary>
public sealed class OwnGradientTests
{
    private readonly GraphBuilder _g = new();

    [Fact]
    public void A_users_gradient_takes_the_place_of_the_ops()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [2], "x");
        _g.Gradients.Set("Relu", Doubled);

        GraphTensor gradient = Gradients.Of(_g.Add("Relu", x), x)[0]!;

        Assert.Equal("Mul", gradient.Operation.Type);
        Assert.True(_g.Gradients.Remove("Relu"));
        Assert.Equal("ReluGrad", Gradients.Of(_g.Add("Relu", x), x)[0]!.Operation.Type);
    }

    [Fact]
    public void A_nodes_own_gradient_counts_before_that_of_its_kind()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [2], "x");
        GraphTensor y = _g.Add("Relu", "special", null, x);
        _g.Gradients.Set("Relu", (g, op, dy) => throw new InvalidOperationException());
        _g.Gradients.Set("special", Doubled);

        Assert.Equal("Mul", Gradients.Of(y, x)[0]!.Operation.Type);
    }

    [Fact]
    public void A_node_that_names_another_kinds_gradient_has_that()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [2], "x");
        GraphTensor y = _g.Add("Relu", null, new() { ["_gradient_op_type"] = "Softsign" }, x);

        Assert.Equal("SoftsignGrad", Gradients.Of(y, x)[0]!.Operation.Type);
    }

    [Fact]
    public void A_gradient_that_the_graph_names_and_nobody_gave_is_asked_for_by_name()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [2], "x");
        GraphTensor y = _g.Add("Identity", null, new() { ["_gradient_op_type"] = "CustomGradient-7" }, x);

        UnsupportedFeatureException error = Assert.Throws<UnsupportedFeatureException>(() => Gradients.Of(y, x));
        Assert.Contains("Set(\"CustomGradient-7\"", error.Message, StringComparison.Ordinal);

        _g.Gradients.Set("CustomGradient-7", Doubled);
        Assert.Equal("Mul", Gradients.Of(y, x)[0]!.Operation.Type);
    }

    private static IReadOnlyList<Gradient?> Doubled(GraphBuilder g, GraphOperation operation, IReadOnlyList<Gradient?> dy) =>
        [Gradient.Of(dy[0]!.ToDense(g) * 2)];
}
