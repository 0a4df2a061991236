namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Dropout in a branch, with a metric beside the training.</summary>
internal sealed class CondDropoutModel : RebuiltModel
{
    public override string Name => "cond_dropout";

    // Python reads the metric's variables once more than needed, and leaves constants of a reshape that it tried first.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        g.UseResourceVariables = true;
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 10], "x"), y = g.Placeholder(DType.Int32, [-1], "y");
        GraphTensor training = g.Add("PlaceholderWithDefault", "training", new() { ["shape"] = Shape.Scalar }, false);
        GraphVariable w1 = g.GetVariable("w1", [10, 20], Initializers.Orthogonal(seed: 151));
        GraphVariable b1 = g.GetVariable("b1", [20], Initializers.Constant(0.05));
        GraphTensor h = g.Selu(g.XwPlusB(x, w1, b1));
        h = g.Cond(training, () => g.DropoutByRate(h, 0.4, 152), () => g.Identity(h), "switch");
        GraphVariable w2 = g.GetVariable("w2", [20, 3], Initializers.HeNormal(153));
        GraphTensor logits = g.MatMul(h, w2, name: "logits");
        g.Losses.SoftmaxCrossEntropy(g.OneHot(y, 3), logits, new() { LabelSmoothing = 0.1 });
        g.Losses.Huber(g.ZerosLike(logits), logits, 2, new() { Weights = 0.05 });
        GraphTensor total = g.Losses.GetTotalLoss(addRegularization: false);
        GraphTensor predicted = g.ArgMax(logits, 1, DType.Int32, "predicted");
        g.Metrics.Accuracy(y, predicted, name: "metric");
        GraphVariable step = g.GlobalStep();
        new AdagradOptimizer(0.2, 0.05).Minimize(total, step);
        g.InitializeVariables();
        g.InitializeVariables(g.Variables(CollectionKeys.LocalVariables));
    }
}
