namespace ModelSessions.Tests.Graphs;

public sealed class ShapeRuleTests
{
    private readonly GraphBuilder _g = new();

    [Fact]
    public void Shapes_that_contradict_are_named_with_the_node()
    {
        GraphTensor a = _g.Placeholder(DType.Float32, [-1, 3], "a"), b = _g.Placeholder(DType.Float32, [2, 5], "b");

        GraphException error = Assert.Throws<GraphException>(() => _g.MatMul(a, b, name: "product"));

        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        Assert.Equal("product", error.Node);
        Assert.Contains("[?, 3]", error.Message);
        Assert.Contains("[2, 5]", error.Message);
    }

    [Fact]
    public void A_shape_computed_in_the_graph_is_followed()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [-1, 4, 6], "x");
        GraphTensor shape = _g.ShapeOf(x);
        GraphTensor flat = _g.Stack([_g.Element(shape, 0), _g.Element(shape, 1) * _g.Element(shape, 2)]);

        Assert.Equal([-1, 24], _g.Reshape(x, flat).Shape);
    }

    [Fact]
    public void An_open_size_is_found_by_division()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [2, 6], "x");

        Assert.Equal([3, 4], _g.Reshape(x, (long[])[-1, 4]).Shape);
        Assert.Throws<GraphException>(() => _g.Reshape(x, (long[])[-1, 5]));
    }

    [Fact]
    public void An_unknown_size_against_more_than_one_is_that()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [-1, -1], "x"), y = _g.Placeholder(DType.Float32, [3, 1], "y");

        Assert.Equal([3, -1], (x + y).Shape);
    }

    [Fact]
    public void Windows_give_the_sizes_of_their_steps()
    {
        GraphTensor images = _g.Placeholder(DType.Float32, [-1, 28, 27, 1], "images");
        GraphTensor filter = _g.Constant(0, shape: [5, 5, 1, 8]);

        Assert.Equal([-1, 14, 14, 8], _g.Conv2D(images, filter, [1, 2, 2, 1], "SAME").Shape);
        Assert.Equal([-1, 12, 12, 8], _g.Conv2D(images, filter, [1, 2, 2, 1], "VALID").Shape);
        Assert.Equal([-1, 14, 13, 1], _g.MaxPool(images, [1, 2, 2, 1], [1, 2, 2, 1], "VALID").Shape);
    }

    [Fact]
    public void What_the_caller_knows_of_a_shape_is_merged()
    {
        GraphTensor x = _g.Placeholder(DType.Float32, [-1, 3], "x");

        x.MergeShape([2, -1]);

        Assert.Equal([2, 3], x.Shape);
        Assert.Throws<GraphException>(() => x.MergeShape([4, 3]));
    }
}
