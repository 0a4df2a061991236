namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Softmax regression on digits.</summary>
internal sealed class SoftmaxMnistModel : RebuiltModel
{
    public override string Name => "softmax_mnist";

    // The summaries are not built.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        g.UseResourceVariables = true;
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x"), y = g.Placeholder(DType.Int32, [-1], "y");
        GraphTensor rate = g.Placeholder(DType.Float32, Shape.Scalar, "learning_rate");
        GraphTensor logits;
        using (g.VariableScope("softmax"))
        {
            GraphVariable w = g.GetVariable("weights", [784, 10], Initializers.Zeros);
            GraphVariable b = g.GetVariable("bias", [10], Initializers.Zeros);
            logits = g.BiasAdd(g.MatMul(x, w), b, "logits");
        }

        g.Softmax(logits, "probabilities");
        GraphTensor loss = g.ReduceMean(g.SoftmaxCrossEntropy(g.OneHot(y, 10), logits), name: "loss");
        GraphTensor correct = g.Equal(g.ArgMax(logits, 1, DType.Int32), y);
        g.ReduceMean(g.Cast(correct, DType.Float32), name: "accuracy");
        new GradientDescentOptimizer(rate).Minimize(loss, g.GlobalStep(), name: "train");
        g.InitializeVariables();
    }
}
