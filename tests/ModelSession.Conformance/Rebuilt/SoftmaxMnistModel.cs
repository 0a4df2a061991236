namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Softmax regression on digits, with summaries.</summary>
internal sealed class SoftmaxMnistModel : RebuiltModel
{
    public override string Name => "softmax_mnist";

    public override void Build(GraphBuilder g, string folder)
    {
        g.UseResourceVariables = true;
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x"), y = g.Placeholder(DType.Int32, [-1], "y");
        GraphTensor rate = g.Placeholder(DType.Float32, Shape.Scalar, "learning_rate");
        GraphTensor logits;
        GraphVariable bias;
        using (g.VariableScope("softmax"))
        {
            GraphVariable w = g.GetVariable("weights", [784, 10], Initializers.Zeros);
            bias = g.GetVariable("bias", [10], Initializers.Zeros);
            logits = g.BiasAdd(g.MatMul(x, w), bias, "logits");
        }

        g.Softmax(logits, "probabilities");
        GraphTensor loss = g.ReduceMean(g.SoftmaxCrossEntropy(g.OneHot(y, 10), logits), name: "loss");
        GraphTensor accuracy = g.BatchAccuracy(y, g.ArgMax(logits, 1, DType.Int32));
        new GradientDescentOptimizer(rate).Minimize(loss, g.GlobalStep(), name: "train");
        g.Summaries.Scalar("loss", loss);
        g.Summaries.Scalar("accuracy", accuracy);
        g.Summaries.Histogram("bias", bias);
        g.Summaries.Image("input", g.Reshape(x, (long[])[-1, 28, 28, 1]), 2);
        g.Summaries.MergeAll();
        g.InitializeVariables();
    }
}
