namespace ModelSessions.Tests.Graphs;

public sealed class GradientsTests
{
    private readonly GraphBuilder _g = new();

    [Fact]
    public void What_does_not_depend_on_x_has_no_gradient()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [2], "x"), y = _g.Placeholder(DType.Float32, [2], "y");

        Assert.Equal([true, false], Gradients.Of(x * 2, x, y).Select(gradient => gradient is not null));
    }

    [Fact]
    public void No_gradient_flows_through_StopGradient_or_what_is_to_be_stopped_at()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [2], "x");
        GraphTensor twice = x * 2;

        Assert.Null(Gradients.Of(_g.StopGradient(twice) * 3, x)[0]);
        Assert.Null(Gradients.Of([twice * 3], [x], stopGradients: [twice])[0]);
    }

    [Fact]
    public void Integers_have_no_gradients()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [2], "x");

        Assert.Null(Gradients.Of(_g.Cast(_g.Cast(x, DType.Int32), DType.Float32), x)[0]);
    }

    [Fact]
    public void An_operation_without_a_gradient_is_named_with_a_way_out()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [2, 2], "x");
        GraphTensor y = _g.Add("Lu", x);

        UnsupportedFeatureException error = Assert.Throws<UnsupportedFeatureException>(() => Gradients.Of(y, x));

        Assert.Equal("gradient of Lu", Assert.Single(error.Features));
        Assert.Contains("StopGradient", error.Message);
    }

    [Fact]
    public void The_gradient_of_gathered_rows_is_slices_and_several_of_them_are_joined()
    {
        GraphVariable table = _g.Variable(_g.Constant(1, shape: [5, 3]), "table");
        GraphTensor ids = _g.Placeholder(DType.Int32, [-1], "ids");
        GraphTensor y = _g.ReduceSum(_g.Gather(table, ids)) + _g.ReduceSum(_g.Gather(table, ids) * 2);

        Gradient gradient = Gradients.Of([y], [table.Handle])[0]!;

        Assert.True(gradient.IsSlices);
        Assert.Equal("ConcatV2", gradient.Values.Operation.Type);
        Assert.Equal([5, 3], gradient.ToDense(_g).Shape);
    }

    [Fact]
    public void A_gradient_that_is_given_must_have_the_type_of_what_is_differentiated()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [2], "x");
        GraphTensor wrong = _g.Constant(1, DType.Float64, [2]);

        Assert.Throws<GraphException>(() => Gradients.Of([x * 2], [x], [wrong]));
    }

    [Fact]
    public void A_gradient_may_be_differentiated_again()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [2], "x");
        GraphTensor first = Gradients.Of(x * x * x, x)[0]!;

        Assert.Equal([2], Gradients.Of(first, x)[0]!.Shape);
    }

    [Fact]
    public void What_nothing_depends_on_has_zeros_if_asked_for()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [2], "x"), other = _g.Placeholder(DType.Float64, [3], "other");
        GraphVariable variable = _g.Variable(_g.Constant(1, shape: [4]), "v", resource: true);

        IReadOnlyList<Gradient?> gradients = Gradients.Of([x * 2], [x, other, variable.Handle], zeros: true);

        Assert.Equal([DType.Float32, DType.Float64, DType.Float32], gradients.Select(gradient => gradient!.Values.DType));
        Assert.Equal([3], gradients[1]!.Values.Shape);
    }
}
