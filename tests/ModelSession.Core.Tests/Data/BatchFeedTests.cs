using ModelSessions.Data;

namespace ModelSessions.Tests.Data;

public sealed class BatchFeedTests
{
    private readonly GraphBuilder _g = new();

    [Fact]
    public void A_label_tensor_of_rank_two_gets_one_hot_rows()
    {
        Tensor? labels = Feed(null, _g.Placeholder(DType.Float32, [-1, 10], "y")).Batch(0, 1).Labels;
        Assert.Equal([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], labels!.Span<float>().ToArray());
    }

    [Fact]
    public void A_label_tensor_of_rank_one_gets_class_numbers()
    {
        Tensor? labels = Feed(null, _g.Placeholder(DType.Int64, [-1], "y")).Batch(0, 1).Labels;
        Assert.Equal([5L, 0], labels!.Span<long>().ToArray());
    }

    [Theory]
    [InlineData(new long[] { -1, 784 }, new long[] { 2, 784 })]
    [InlineData(new long[] { -1, 28, 28 }, new long[] { 2, 28, 28 })]
    [InlineData(new long[] { -1, 28, 28, 1 }, new long[] { 2, 28, 28, 1 })]
    [InlineData(new long[] { -1, -1 }, new long[] { 2, 784 })]
    public void Images_take_the_shape_that_the_input_wants(long[] wanted, long[] fed)
    {
        Tensor? inputs = Feed(_g.Placeholder(DType.Float32, new Shape(wanted), "x"), null).Batch(0, 1).Inputs;
        Assert.Equal(new Shape(fed), inputs!.Shape);
    }

    [Fact]
    public void Examples_that_do_not_fit_are_refused_with_both_shapes()
    {
        GraphException error = Assert.Throws<GraphException>(() => Feed(_g.Placeholder(DType.Float32, [-1, 100], "x"), null));
        Assert.Contains("[28, 28]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[?, 100]", error.Message, StringComparison.Ordinal);
        Assert.Contains("10 classes", Assert.Throws<GraphException>(() => Feed(null, _g.Placeholder(DType.Float32, [-1, 5], "y"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_number_or_one_of_two_classes_is_fed_as_a_row_of_one()
    {
        DatasetPart numbers = DatasetPart.From(Tensor.Zeros(DType.Float32, [2, 1]), Tensor.From<float>(0.5f, 2)), classes = DatasetPart.From(Tensor.Zeros(DType.Float32, [2, 1]), Tensor.From<int>(1, 0));
        GraphTensor y = _g.Placeholder(DType.Float32, [-1, 1], "y");
        Assert.Equal([0.5f, 2], new BatchFeed(numbers, null, y, 2).Batch(0, 1).Labels!.Span<float>().ToArray());
        Assert.Equal([1f, 0], new BatchFeed(classes, null, y, 2).Batch(0, 1).Labels!.Span<float>().ToArray());
    }

    [Fact]
    public void A_batch_is_written_into_the_memory_of_the_one_before()
    {
        BatchFeed feed = Feed(_g.Placeholder(DType.Float32, [-1, 784], "x"), null);
        Batch batch = feed.Batch(0, 1);
        Tensor? inputs = batch.Inputs;
        batch.Take([2, 3]);
        Assert.Same(inputs, batch.Inputs);
    }

    private static BatchFeed Feed(GraphTensor? inputs, GraphTensor? labels) => new(MnistData.Sample.Train, inputs, labels, 10);
}
