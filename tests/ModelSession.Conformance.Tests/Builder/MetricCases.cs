namespace ModelSessions.Tests.Builder;

/// <summary>Metrics and summaries, as in generate.py.</summary>
internal static class MetricCases
{
    public static IReadOnlyDictionary<string, Action<GraphBuilder>> All { get; } = new Dictionary<string, Action<GraphBuilder>>
    {
        ["metrics/mean"] = g =>
        {
            g.Metrics.Mean(LayerCases.X(g, -1));
            g.Metrics.Mean(LayerCases.X(g, "y", 4), name: "average");
            g.Metrics.Mean(LayerCases.X(g, "z", 4), LayerCases.X(g, "w", 4));
        },
        ["metrics/accuracy"] = g =>
        {
            (GraphTensor a, GraphTensor b) = Classes(g);
            g.Metrics.Accuracy(a, b);
            g.Metrics.Accuracy(a, b, name: "acc");
        },
        ["metrics/errors"] = g =>
        {
            (GraphTensor a, GraphTensor b) = (LayerCases.X(g, "labels", 4), LayerCases.X(g, "predictions", 4));
            g.Metrics.MeanAbsoluteError(a, b);
            g.Metrics.MeanSquaredError(a, b);
            g.Metrics.RootMeanSquaredError(a, b);
        },
        ["metrics/counts"] = g =>
        {
            (GraphTensor a, GraphTensor b) = Classes(g);
            g.Metrics.TruePositives(a, b);
            g.Metrics.FalsePositives(a, b);
            g.Metrics.TrueNegatives(a, b);
            g.Metrics.FalseNegatives(a, b);
            g.Metrics.Precision(a, b);
            g.Metrics.Recall(a, b);
        },
        ["metrics/auc"] = g =>
        {
            (GraphTensor a, GraphTensor b) = (g.Placeholder(DType.Bool, [4], "labels"), LayerCases.X(g, "predictions", 4));
            g.Metrics.Auc(a, b, options: new() { ThresholdCount = 5 });
            g.Metrics.Auc(a, b, options: new() { ThresholdCount = 5, Curve = MetricCurve.PrecisionRecall, Summation = AreaSummation.CarefulInterpolation });
            g.Metrics.Auc(a, b, null, new() { Thresholds = [0.7, 0.2], Curve = MetricCurve.PrecisionRecall, Summation = AreaSummation.Minoring }, "minor");
            g.Metrics.Auc(a, b, LayerCases.X(g, "w", 4), new() { ThresholdCount = 3, Summation = AreaSummation.Majoring });
        },
        ["metrics/auc_open"] = g =>
        {
            (GraphTensor a, GraphTensor b) = (g.Placeholder(DType.Bool, [-1], "labels"), LayerCases.X(g, "predictions", -1));
            g.Metrics.Auc(a, b, LayerCases.X(g, "w", -1), new() { ThresholdCount = 4 });
            g.Metrics.Auc(a, b, options: new() { ThresholdCount = 4, Curve = MetricCurve.PrecisionRecall });
        },
        ["metrics/classes"] = g =>
        {
            (GraphTensor a, GraphTensor b) = Classes(g);
            g.Metrics.MeanPerClassAccuracy(a, b, 3);
            g.Metrics.MeanPerClassAccuracy(a, b, 3, LayerCases.X(g, "w", 4), "weighted");
            g.Metrics.MeanIou(a, b, 3);
            (GraphTensor l, GraphTensor p) = (g.Placeholder(DType.Int32, [2, 2], "l"), g.Placeholder(DType.Int32, [2, 2], "p"));
            g.Metrics.MeanIou(l, p, 3, LayerCases.X(g, "v", 2, 2));
        },
        ["metrics/classes_open"] = g =>
        {
            (GraphTensor a, GraphTensor b) = (g.Placeholder(DType.Int32, [-1], "labels"), g.Placeholder(DType.Int64, [-1], "predictions"));
            g.Metrics.MeanPerClassAccuracy(a, b, 3);
            g.Metrics.MeanIou(a, b, 3);
        },
        ["metrics/top_k"] = g =>
        {
            (GraphTensor a, GraphTensor b) = (g.Placeholder(DType.Int64, [4], "labels"), LayerCases.X(g, "predictions", 4, 5));
            g.Metrics.RecallAtK(a, b, 2);
            g.Metrics.PrecisionAtK(a, b, 2);
            g.Metrics.RecallAtK(g.Placeholder(DType.Int64, [4, 3], "several"), b, 3, name: "r");
        },
        ["flow/case"] = Cases,
        ["summaries/all"] = Summaries,
    };

    private static void Cases(GraphBuilder g)
    {
        GraphTensor[] flags = [.. "abc".Select(name => g.Placeholder(DType.Bool, Shape.Scalar, name.ToString()))];
        GraphTensor y = LayerCases.X(g, "y", 2);
        (GraphTensor, Func<GraphTensor>)[] cases = [(flags[0], () => y + 1.0), (flags[1], () => y * 2.0), (flags[2], () => y - 3.0)];
        g.Case(cases, () => y, exclusive: true);
        g.Case(cases, name: "no_default", exclusive: true);
        g.Case(cases[..2], name: "open");
        g.Case(cases[..1], name: "one");
        g.Case(cases[..1], () => y, "only", true);
    }

    private static (GraphTensor Labels, GraphTensor Predictions) Classes(GraphBuilder g) =>
        (g.Placeholder(DType.Int64, [4], "labels"), g.Placeholder(DType.Int64, [4], "predictions"));

    private static void Summaries(GraphBuilder g)
    {
        GraphTensor x = LayerCases.X(g);
        g.Summaries.Scalar("loss", x);
        g.Summaries.Scalar("a loss", x);
        using (g.NameScope("s"))
        {
            g.Summaries.Scalar("loss", x);
            g.Summaries.Histogram("h", LayerCases.X(g, "h_in", -1));
        }

        g.Summaries.Image("i", LayerCases.X(g, "pixels", -1, 4, 4, 1), 2);
        g.Summaries.Audio("sound", LayerCases.X(g, "samples", -1, 100), 8000);
        g.Summaries.Words("words", g.Placeholder(DType.String, Shape.Scalar, "t"));
        g.Summaries.Scalar("own", x, collection: "mine");
        g.Summaries.Scalar("loss", x, "f");
        g.Summaries.MergeAll();
    }
}
