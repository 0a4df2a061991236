namespace ModelSessions.Tests.Builder;

/// <summary>Metrics over several batches have TensorFlow's values.</summary>
public sealed class MetricValueTests
{
    private static readonly long[][] s_labels = [[0, 1, 1, 2], [2, 0, 1, 1]], s_said = [[0, 1, 2, 2], [2, 1, 1, 0]];
    private static readonly bool[][] s_truth = [[true, false, true, false], [true, true, false, false]];
    private static readonly float[][] s_weights = [[1, 2, 0.5f, 1], [1, 1, 3, 0]];
    private static readonly float[][] s_classScores =
    [
        [0.1f, 0.5f, 0.4f, 0.3f, 0.1f, 0.6f, 0.2f, 0.7f, 0.1f, 0.5f, 0.3f, 0.2f],
        [0.1f, 0.2f, 0.7f, 0.3f, 0.6f, 0.1f, 0.4f, 0.3f, 0.3f, 0.6f, 0.3f, 0.1f],
    ];

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

    // tf.metrics of TensorFlow 2.16, here and below.
    [Theory]
    [InlineData(MetricCurve.Roc, AreaSummation.Trapezoidal, 0.8124999, 0.7738095)]
    [InlineData(MetricCurve.Roc, AreaSummation.CarefulInterpolation, 0.8124999, 0.7738095)]
    [InlineData(MetricCurve.Roc, AreaSummation.Minoring, 0.8124999, 0.61904764)]
    [InlineData(MetricCurve.Roc, AreaSummation.Majoring, 0.8124999, 0.9285713)]
    [InlineData(MetricCurve.PrecisionRecall, AreaSummation.Trapezoidal, 0.8354165, 0.7190474)]
    [InlineData(MetricCurve.PrecisionRecall, AreaSummation.CarefulInterpolation, 0.8369187, 0.61107534)]
    [InlineData(MetricCurve.PrecisionRecall, AreaSummation.Minoring, 0.8166665, 0.5809523)]
    [InlineData(MetricCurve.PrecisionRecall, AreaSummation.Majoring, 0.8541665, 0.8571426)]
    public void The_area_under_a_curve_is_tensorflows(MetricCurve curve, AreaSummation summation, double expected, double weighted)
    {
        AucOptions options = new() { Curve = curve, Summation = summation };
        Assert.Equal(expected, Scores((g, truth, scores) => g.Metrics.Auc(truth, scores, options: options)).ToScalar<float>(), 5);
        AucOptions few = options with { Thresholds = [0.65, 0.25] };
        Assert.Equal(weighted, Scores((g, truth, scores) => g.Metrics.Auc(truth, scores, Weights(g), few)).ToScalar<float>(), 5);
    }

    [Theory]
    [InlineData(1, 0.25, 0.25, 0.15789473684210525, 0.15789473684210525)]
    [InlineData(2, 0.625, 0.3125, 0.5789473684210527, 0.2894736842105263)]
    public void The_k_greatest_predictions_are_compared_with_the_labels(int k, double recall, double precision, double weightedRecall, double weightedPrecision)
    {
        Assert.Equal(recall, Best((g, labels, scores) => g.Metrics.RecallAtK(labels, scores, k)).ToScalar<double>(), 12);
        Assert.Equal(precision, Best((g, labels, scores) => g.Metrics.PrecisionAtK(labels, scores, k)).ToScalar<double>(), 12);
        Assert.Equal(weightedRecall, Best((g, labels, scores) => g.Metrics.RecallAtK(labels, scores, k, Weights(g))).ToScalar<double>(), 12);
        Assert.Equal(weightedPrecision, Best((g, labels, scores) => g.Metrics.PrecisionAtK(labels, scores, k, Weights(g))).ToScalar<double>(), 12);
        Assert.Equal(recall, Best((g, labels, scores) => g.Metrics.TopKAccuracy(labels, scores, k)).ToScalar<float>(), 6);
    }

    [Fact]
    public void Intersection_over_union_and_accuracy_of_classes_can_be_weighted()
    {
        Assert.Equal(0.4666667, Classes((g, labels, said) => g.Metrics.MeanIou(labels, said, 3)).ToScalar<float>(), 6);
        Assert.Equal(0.6897436, Classes((g, labels, said) => g.Metrics.MeanIou(labels, said, 3, Weights(g))).ToScalar<float>(), 6);
        Assert.Equal(0.8030303, Classes((g, labels, said) => g.Metrics.MeanPerClassAccuracy(labels, said, 3, Weights(g))).ToScalar<float>(), 6);
    }

    [Fact]
    public void A_class_out_of_range_ends_the_run()
    {
        EngineException error = Assert.Throws<EngineException>(() => Classes((g, labels, said) => g.Metrics.ConfusionMatrix(labels, said, 2)));
        Assert.Contains("`labels` out of bound", error.Message, StringComparison.Ordinal);
    }

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

    private static Tensor Best(Func<GraphBuilder, GraphTensor, GraphTensor, StreamingMetric> metric) =>
        Run(DType.Int64, DType.Float32, metric, i => [Tensor.From<long>(s_labels[i]), Tensor.From<float>(s_classScores[i], [4, 3])], [-1, 3]);

    private static GraphTensor Weights(GraphBuilder g) => g.Placeholder(DType.Float32, [-1], "w");

    private static Tensor Run(DType first, DType second, Func<GraphBuilder, GraphTensor, GraphTensor, StreamingMetric> metric, Func<int, Tensor[]> feeds, Shape? shape = null)
    {
        GraphBuilder g = new();
        GraphTensor a = g.Placeholder(first, [-1], "a"), b = g.Placeholder(second, shape ?? [-1], "b");
        StreamingMetric streaming = metric(g, a, b);
        g.InitializeVariables(g.Variables(CollectionKeys.LocalVariables), "init");
        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions());
        session.Prepare(new RunSignature([], [], ["init"])).Run([], [], CancellationToken.None);
        Tensor[] value = new Tensor[1];
        for (int i = 0; i < 2; i++)
        {
            bool isWeighted = g.Graph.Find("w") is not null;
            string[] names = ["a:0", "b:0", .. isWeighted ? ["w:0"] : Array.Empty<string>()];
            Tensor[] values = [.. feeds(i), .. isWeighted ? [Tensor.From<float>(s_weights[i])] : Array.Empty<Tensor>()];
            session.Prepare(new RunSignature(names, [streaming.Update.Name], [])).Run(values, value, CancellationToken.None);
        }

        session.Prepare(new RunSignature([], [streaming.Value.Name], [])).Run([], value, CancellationToken.None);
        return value[0];
    }
}
