namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A variational autoencoder.</summary>
internal sealed class VaeModel : RebuiltModel
{
    public override string Name => "vae";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x");
        GraphTensor image = g.Reshape(x, (long[])[-1, 28, 28, 1]);
        GraphTensor small = g.Reshape(g.AvgPool(image, [1, 4, 4, 1], [1, 4, 4, 1], "VALID"), (long[])[-1, 49], "small");
        GraphTensor h = g.Softplus(Dense(g, small, 49, 24, "encoder/hidden", 141));
        GraphTensor mu = g.Identity(Dense(g, h, 24, 3, "encoder/mu", 142), "mu");
        GraphTensor logVariance = Dense(g, h, 24, 3, "encoder/log_variance", 143);
        GraphTensor noise = g.RandomNormal(g.ShapeOf(mu), seed: 144, name: "noise");
        GraphTensor spread = g.Exp(0.5 * logVariance) * noise;
        GraphTensor z = g.Add("AddV2", "z", null, mu, spread);
        GraphTensor d = g.Softplus(Dense(g, z, 3, 24, "decoder/hidden", 145));
        GraphTensor logits = Dense(g, d, 24, 49, "decoder/out", 146);
        g.Sigmoid(logits, "generated");
        GraphTensor reconstruction = g.ReduceSum(g.SigmoidCrossEntropy(small, logits), 1);
        GraphTensor sum = g.ReduceSum(1.0 + logVariance - g.Square(mu) - g.Exp(logVariance), 1);
        GraphTensor divergence = -0.5 * sum;
        GraphTensor loss = g.ReduceMean(reconstruction + divergence, name: "loss");
        g.ReduceMean(divergence, name: "kl");
        GraphVariable step = g.Variable(Tensor.Scalar(0L), "step", trainable: false);
        new AdamOptimizer(5e-3).Minimize(loss, step);
        g.InitializeVariables();
    }

    private static GraphTensor Dense(GraphBuilder g, GraphTensor x, int inputs, int outputs, string name, long seed)
    {
        GraphVariable w = g.Variable(g.RandomNormal((long[])[inputs, outputs], standardDeviation: Math.Sqrt(1.0 / inputs), seed: seed), name + "/w");
        GraphVariable b = g.Variable(g.Zeros((long[])[outputs]), name + "/b");
        return g.MatMul(x, w) + b;
    }
}
