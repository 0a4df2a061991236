namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Two layers whose variables have moving averages, which a second net reads.</summary>
internal sealed class EmaMlpModel : RebuiltModel
{
    public override string Name => "ema_mlp";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 8], "x-input"), y = g.Placeholder(DType.Float32, [-1, 3], "y-input");
        GraphVariable w1 = g.Variable(g.TruncatedNormal((long[])[8, 12], standardDeviation: 0.3, seed: 81), "layer1/weights");
        GraphVariable b1 = g.Variable(g.Constant(0.1, shape: [12]), "layer1/biases");
        GraphVariable w2 = g.Variable(g.TruncatedNormal((long[])[12, 3], standardDeviation: 0.3, seed: 82), "layer2/weights");
        GraphVariable b2 = g.Variable(g.Constant(0.1, shape: [3]), "layer2/biases");
        GraphVariable step = g.Variable(0, "global_step", trainable: false);
        ExponentialMovingAverage averages = new(0.95, step);
        averages.Apply(g);
        GraphTensor logits = g.Identity(Net(g, x, w1, b1, w2, b2), "logits");
        g.Identity(Net(g, x, averages.Average(w1)!, averages.Average(b1)!, averages.Average(w2)!, averages.Average(b2)!), "average_logits");
        GraphTensor cross = g.SparseSoftmaxCrossEntropy(g.ArgMax(y, 1), logits);
        GraphTensor[] penalties = [g.L2Loss(w1) * 1e-3, g.L2Loss(w2) * 1e-3];
        GraphTensor mean = g.ReduceMean(cross);
        GraphTensor loss = g.Add("AddV2", "loss", null, mean, g.AddN(penalties));
        GraphTensor rate = g.LearningRates.ExponentialDecay(0.5, step, 6, 0.99);
        GraphOperation train, averaged;
        using (g.ControlDependencies(loss.Operation))
        {
            train = new GradientDescentOptimizer(rate).Minimize(loss, step);
        }

        using (g.ControlDependencies(train))
        {
            averaged = averages.Apply(g);
        }

        using (g.ControlDependencies(averaged))
        {
            g.NoOp("train");
        }

        g.InitializeVariables();
    }

    private static GraphTensor Net(GraphBuilder g, GraphTensor x, GraphVariable w1, GraphVariable b1, GraphVariable w2, GraphVariable b2) =>
        g.MatMul(g.Relu(g.MatMul(x, w1) + b1), w2) + b2;
}
