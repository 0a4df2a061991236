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
        ["summaries/all"] = Summaries,
    };

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
