namespace ModelSessions.Tests.Builder;

/// <summary>Losses, as in generate.py.</summary>
internal static class LossCases
{
    public static IReadOnlyDictionary<string, Action<GraphBuilder>> All { get; } = new Dictionary<string, Action<GraphBuilder>>
    {
        ["losses/mean_squared_error"] = MeanSquaredError,
        ["losses/weights"] = Weights,
        ["losses/weights_of_any_shape"] = g =>
        {
            (GraphTensor a, GraphTensor b) = Pair(g);
            g.Losses.AbsoluteDifference(a, b, new() { Weights = g.Placeholder(DType.Float32, Shape.Unknown, "any") });
            g.Losses.AbsoluteDifference(a, b, new() { Weights = LayerCases.X(g, "column", -1, 1) });
            g.Losses.AbsoluteDifference(a, b, new() { Weights = LayerCases.X(g, "matrix", -1, -1), Reduction = LossReduction.Mean });
            GraphTensor u = g.Placeholder(DType.Float32, Shape.Unknown, "u");
            g.Losses.AbsoluteDifference(u, u, new() { Weights = LayerCases.X(g, "each", -1, 3) });
        },
        ["losses/compute_weighted_loss"] = g =>
        {
            g.Losses.ComputeWeightedLoss(LayerCases.X(g, -1, 3));
            g.Losses.ComputeWeightedLoss(LayerCases.X(g, "y", -1, 3), new() { Weights = 0.5, Collection = "mine", Reduction = LossReduction.SumByNonzeroWeights });
            g.Identity(Assert.Single(g.Losses.GetLosses("mine")), "again");
        },
        ["losses/simple"] = Simple,
        ["losses/pairwise"] = g =>
        {
            (GraphTensor a, GraphTensor b) = Pair(g);
            g.Losses.MeanPairwiseSquaredError(a, b);
        },
        ["losses/cross_entropy"] = CrossEntropy,
    };

    private static (GraphTensor Labels, GraphTensor Predictions) Pair(GraphBuilder g, long n = -1) => (LayerCases.X(g, "labels", n, 3), LayerCases.X(g, "predictions", n, 3));

    private static void MeanSquaredError(GraphBuilder g)
    {
        (GraphTensor a, GraphTensor b) = Pair(g);
        g.Losses.MeanSquaredError(a, b);
        g.Losses.MeanSquaredError(a, b, new() { Weights = 0.5, Name = "half" });
        g.Losses.MeanSquaredError(a, b, new() { Reduction = LossReduction.None, Collection = null });
        g.Losses.MeanSquaredError(a, b, new() { Reduction = LossReduction.Sum });
        g.Losses.MeanSquaredError(a, b, new() { Reduction = LossReduction.Mean });
        g.Losses.MeanSquaredError(a, b, new() { Reduction = LossReduction.SumOverBatchSize });
        g.Losses.GetTotalLoss();
    }

    private static void Weights(GraphBuilder g)
    {
        (GraphTensor a, GraphTensor b) = Pair(g, 4);
        g.Losses.AbsoluteDifference(a, b, new() { Weights = LayerCases.X(g, "per_row", 4, 1) });
        g.Losses.AbsoluteDifference(a, b, new() { Weights = LayerCases.X(g, "each", 4, 3), Reduction = LossReduction.Mean });
        g.Losses.AbsoluteDifference(a, b, new() { Weights = LayerCases.X(g, "scalar") });
        g.Losses.AbsoluteDifference(a, b, new() { Weights = 0.0 });
    }

    private static void Simple(GraphBuilder g)
    {
        (GraphTensor a, GraphTensor b) = Pair(g);
        g.Losses.Hinge(a, b);
        g.Losses.Huber(a, b, 2, new() { Weights = 0.05 });
        g.Losses.Log(a, b);
        g.Losses.CosineDistance(a, b, 1);
    }

    private static void CrossEntropy(GraphBuilder g)
    {
        (GraphTensor a, GraphTensor b) = Pair(g);
        g.Losses.SoftmaxCrossEntropy(a, b);
        g.Losses.SoftmaxCrossEntropy(a, b, new() { LabelSmoothing = 0.1 });
        g.Losses.SigmoidCrossEntropy(a, b);
        g.Losses.SigmoidCrossEntropy(a, b, new() { LabelSmoothing = 0.2, Weights = 2.0 });
        g.Losses.SparseSoftmaxCrossEntropy(g.Placeholder(DType.Int64, [-1], "classes"), b);
        g.Losses.SparseSoftmaxCrossEntropy(g.Placeholder(DType.Int32, [-1, 1], "column"), b);
        g.SparseSoftmaxCrossEntropy(g.Placeholder(DType.Int32, [-1, 5], "seq"), LayerCases.X(g, "seq_logits", -1, 5, 3));
        g.SoftmaxCrossEntropy(a, b, labelGradients: false);
        g.SoftmaxCrossEntropy(a, b);
        g.SigmoidCrossEntropy(a, b);
        g.WeightedCrossEntropy(a, b, 2.0);
    }
}
