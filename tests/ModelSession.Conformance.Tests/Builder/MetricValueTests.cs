namespace ModelSessions.Tests.Builder;

/// <summary>Metrics over several batches have TensorFlow's values.</summary>
public sealed class MetricValueTests
{
    private static readonly long[][] s_labels = [[0, 1, 1, 2], [2, 0, 1, 1]], s_said = [[0, 1, 2, 2], [2, 1, 1, 0]];
    private static readonly bool[][] s_truth = [[true, false, true, false], [true, true, false, false]];
    private static readonly float[][] s_scores = [[0.9f, 0.2f, 0.6f, 0.7f], [0.8f, 0.3f, 0.4f, 0.1f]];

    [Fact]
    public void Confusion_of_classes_adds_up_over_batches() => Assert.Equal(
        [1.0, 1, 0, 1, 2, 1, 0, 0, 2], Classes((g, labels, said) => g.Metrics.ConfusionMatrix(labels, said, 3)).Span<double>().ToArray());

    // Classes: 1 of 2, 2 of 4, 2 of 2.
    [Fact]
    public void Accuracy_per_class_is_averaged_over_classes() => Assert.Equal(
        2f / 3, Classes((g, labels, said) => g.Metrics.MeanPerClassAccuracy(labels, said, 3)).ToScalar<float>(), 6);

    [Fact]
    public void Accuracy_counts_examples_of_all_batches() => Assert.Equal(
        5f / 8, Classes((g, labels, said) => g.Metrics.Accuracy(labels, said)).ToScalar<float>());

    // tf.metrics.auc of TensorFlow 2.16.
    [Theory]
    [InlineData(MetricCurve.Roc, 0.8125)]
    [InlineData(MetricCurve.PrecisionRecall, 0.8354165)]
    public void The_area_under_the_curve_is_tensorflows(MetricCurve curve, double expected) =>
        Assert.Equal(expected, Scores((g, truth, scores) => g.Metrics.Auc(truth, scores, curve: curve)).ToScalar<float>(), 4);

    [Fact]
    public void Precision_and_recall_count_all_batches()
    {
        Assert.Equal(3f / 4, Scores((g, truth, scores) => g.Metrics.Precision(truth, scores.Greater(0.5))).ToScalar<float>());
        Assert.Equal(3f / 4, Scores((g, truth, scores) => g.Metrics.Recall(truth, scores.Greater(0.5))).ToScalar<float>());
    }

    private static Tensor Classes(Func<GraphBuilder, GraphTensor, GraphTensor, StreamingMetric> metric) =>
        Run(DType.Int64, DType.Int64, metric, i => [Tensor.From<long>(s_labels[i]), Tensor.From<long>(s_said[i])]);

    private static Tensor Scores(Func<GraphBuilder, GraphTensor, GraphTensor, StreamingMetric> metric) =>
        Run(DType.Bool, DType.Float32, metric, i => [Tensor.From<bool>(s_truth[i]), Tensor.From<float>(s_scores[i])]);

    private static Tensor Run(DType first, DType second, Func<GraphBuilder, GraphTensor, GraphTensor, StreamingMetric> metric, Func<int, Tensor[]> feeds)
    {
        GraphBuilder g = new();
        GraphTensor a = g.Placeholder(first, [-1], "a"), b = g.Placeholder(second, [-1], "b");
        StreamingMetric streaming = metric(g, a, b);
        g.InitializeVariables(g.Variables(CollectionKeys.LocalVariables), "init");
        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions());
        session.Prepare(new RunSignature([], [], ["init"])).Run([], [], CancellationToken.None);
        Tensor[] value = new Tensor[1];
        for (int i = 0; i < 2; i++)
        {
            session.Prepare(new RunSignature(["a:0", "b:0"], [streaming.Update.Name], [])).Run(feeds(i), value, CancellationToken.None);
        }

        session.Prepare(new RunSignature([], [streaming.Value.Name], [])).Run([], value, CancellationToken.None);
        return value[0];
    }
}
