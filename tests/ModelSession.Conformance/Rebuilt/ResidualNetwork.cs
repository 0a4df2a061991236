namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Convolutions around which the input goes, too.</summary>
internal static class ResidualNetwork
{
    public static GraphTensor Build(GraphBuilder g, GraphTensor x, bool training, VariableReuse? reuse, string name = "resnet")
    {
        GraphTensor h = g.Reshape(x, (long[])[-1, 28, 28, 1]);
        h = g.MaxPool(h, [1, 2, 2, 1], [1, 2, 2, 1], "VALID");
        using VariableScope scope = g.VariableScope(name, reuse);
        h = Block(g, h, 1, 4, 2, "block1", training, 180);
        h = Block(g, h, 4, 4, 1, "block2", training, 184);
        h = Block(g, h, 4, 8, 2, "block3", training, 188);
        return g.ReduceMean(h, (long[])[1, 2]);
    }

    private static GraphTensor Block(GraphBuilder g, GraphTensor h, int inputs, int outputs, int stride, string name, bool training, long seed)
    {
        using VariableScope scope = g.VariableScope(name);
        GraphTensor shortcut = inputs == outputs && stride == 1 ? h : Normalize(g, Convolve(g, h, "projection", 1, inputs, outputs, stride, seed), "bn0", training);
        GraphTensor t = g.Relu(Normalize(g, Convolve(g, h, "conv1", 3, inputs, outputs, stride, seed + 1), "bn1", training));
        t = Normalize(g, Convolve(g, t, "conv2", 3, outputs, outputs, 1, seed + 2), "bn2", training);
        return g.Relu(t + shortcut);
    }

    private static GraphTensor Convolve(GraphBuilder g, GraphTensor x, string name, int size, int inputs, int outputs, int stride, long seed) =>
        g.Conv2D(x, g.GetVariable(name, [size, size, inputs, outputs], Initializers.VarianceScaling(2, seed: seed)), [1, stride, stride, 1], "SAME");

    private static GraphTensor Normalize(GraphBuilder g, GraphTensor x, string name, bool training)
    {
        using VariableScope scope = g.VariableScope(name);
        Shape size = [x.Shape[-1]];
        GraphVariable gamma = g.GetVariable("gamma", size, Initializers.Ones), beta = g.GetVariable("beta", size, Initializers.Zeros);
        GraphVariable movingMean = g.GetVariable("moving_mean", size, Initializers.Zeros, trainable: false);
        GraphVariable movingVariance = g.GetVariable("moving_variance", size, Initializers.Ones, trainable: false);
        if (!training)
        {
            return g.FusedBatchNormalization(x, gamma, beta, movingMean, movingVariance, training: false).Y;
        }

        (GraphTensor y, GraphTensor mean, GraphTensor variance) = g.FusedBatchNormalization(x, gamma, beta);
        Update(g, movingMean, mean);
        Update(g, movingVariance, variance);
        return y;
    }

    private static void Update(GraphBuilder g, GraphVariable moving, GraphTensor value)
    {
        GraphOperation update = g.AssignSub(moving, (moving.Read() - value) * 0.1);
        g.AddToCollection(CollectionKeys.UpdateOps, update);
        // Python's read after it.
        using GraphScope after = g.ControlDependencies(update);
        moving.Read();
    }
}
