namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Convolutions with batch normalisation by hand: moving averages of the moments, and a branch on whether it is training.</summary>
internal sealed class CnnBatchNormModel : RebuiltModel
{
    public override string Name => "cnn_batchnorm_rmsprop";

    // Zeros for the branch that was not taken are made from the value itself; Python switches it and takes its shape.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        g.UseResourceVariables = true;
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x"), y = g.Placeholder(DType.Int32, [-1], "y");
        GraphTensor training = g.Placeholder(DType.Bool, Shape.Scalar, "is_training");
        GraphVariable step = g.GlobalStep();
        GraphTensor h = g.Reshape(x, (long[])[-1, 28, 28, 1]);
        h = g.AvgPool(h, [1, 2, 2, 1], [1, 2, 2, 1], "VALID");
        GraphVariable w = g.GetVariable("conv1/kernel", [3, 3, 1, 6], Initializers.TruncatedNormal(0, 0.2, 71));
        h = g.Relu(BatchNorm(g, g.Conv2D(h, w, [1, 2, 2, 1], "SAME"), "bn1", training, [0, 1, 2]));
        w = g.GetVariable("conv2/kernel", [3, 3, 6, 8], Initializers.TruncatedNormal(0, 0.2, 72));
        h = g.Relu(BatchNorm(g, g.Conv2D(h, w, [1, 2, 2, 1], "VALID"), "bn2", training, [0, 1, 2]));
        h = g.Reshape(h, (long[])[-1, 72]);
        w = g.GetVariable("fc/kernel", [72, 10], Initializers.VarianceScaling(seed: 73));
        h = BatchNorm(g, g.MatMul(h, w), "bn3", training, [0]);
        GraphTensor logits = g.Identity(h, "logits");
        g.Softmax(logits, "probabilities");
        GraphTensor loss = g.ReduceMean(g.SparseSoftmaxCrossEntropy(y, logits), name: "loss");
        g.ReduceMean(g.Cast(g.InTopK(logits, y, 1), DType.Float32), name: "accuracy");
        new RmsPropOptimizer(0.01, 0.9, 0.5, 1e-6).Minimize(loss, step);
        g.InitializeVariables();
    }

    private static GraphTensor BatchNorm(GraphBuilder g, GraphTensor h, string name, GraphTensor training, long[] axes)
    {
        using VariableScope scope = g.VariableScope(name);
        GraphVariable beta = g.GetVariable("beta", [h.Shape[-1]], Initializers.Zeros), gamma = g.GetVariable("gamma", [h.Shape[-1]], Initializers.Ones);
        (GraphTensor mean, GraphTensor variance) = g.Moments(h, axes, name: "moments");
        ExponentialMovingAverage averages = new(0.8);
        GraphTensor[] chosen = g.Cond<GraphTensor[]>(
            training,
            () =>
            {
                using GraphScope after = g.ControlDependencies(averages.Apply(mean, variance));
                return [g.Identity(mean), g.Identity(variance)];
            },
            () => [averages.Average(mean)!.Read(), averages.Average(variance)!.Read()]);
        return g.BatchNormalization(h, chosen[0], chosen[1], beta, gamma, 1e-3);
    }
}
