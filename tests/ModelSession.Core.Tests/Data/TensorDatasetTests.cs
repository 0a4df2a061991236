using ModelSessions.Data;

namespace ModelSessions.Tests.Data;

public sealed class TensorDatasetTests
{
    private readonly GraphBuilder _g = new();

    [Fact]
    public void Rows_are_taken_in_the_order_asked_for()
    {
        DatasetPart part = DatasetPart.From(Tensor.From<float>([1, 2, 3, 4, 5, 6], [3, 2]), Tensor.From<float>([10, 20, 30], [3, 1]));
        Batch batch = new BatchFeed(part, _g.Placeholder(DType.Float32, [-1, 2]), _g.Placeholder(DType.Float32, [-1, 1]), 2).Batch(2, 0);
        Assert.Equal([5, 6, 1, 2], batch.Inputs!.Span<float>().ToArray());
        Assert.Equal([30, 10], batch.Labels!.Span<float>().ToArray());
    }

    [Fact]
    public void Numbers_take_the_type_that_the_graph_wants()
    {
        DatasetPart part = DatasetPart.From(Tensor.From<double>([0.5, 1.5], [2, 1]));
        Tensor? x = new BatchFeed(part, _g.Placeholder(DType.Float32, [-1, 1]), null, 2).Batch(0, 1).Inputs;
        Assert.Equal([0.5f, 1.5f], x!.Span<float>().ToArray());
    }

    [Fact]
    public void Integers_of_rank_one_are_class_numbers()
    {
        DatasetPart part = DatasetPart.From(Tensor.Zeros(DType.Float32, [3, 1]), Tensor.From<int>(2, 0, 1));
        Assert.Equal(3, part.ClassCount);
        Tensor? y = new BatchFeed(part, null, _g.Placeholder(DType.Float32, [-1, 3]), 2).Batch(0, 2).Labels;
        Assert.Equal([0, 0, 1, 0, 1, 0], y!.Span<float>().ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => DatasetPart.From(Tensor.Zeros(DType.Float32, [3, 1]), Tensor.Zeros(DType.Float32, [2])));
        Assert.Throws<ArgumentException>(() => DatasetPart.From(Tensor.Scalar("text")));
        DatasetPart part = DatasetPart.From(Tensor.Zeros(DType.Float32, [3, 1]), Tensor.Zeros(DType.Float32, [3, 2]));
        Assert.Throws<GraphException>(() => new BatchFeed(part, null, _g.Placeholder(DType.Float32, [-1, 1]), 2));
    }
}
