namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A network that a scaffold finishes, with a streaming mean of its loss.</summary>
internal sealed class ScaffoldGraphModel : RebuiltModel
{
    public override string Name => "scaffold_graph";

    // Python leaves a constant of a reshape that it tried first.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 4], "features"), y = g.Placeholder(DType.Int32, [-1], "labels");
        GraphVariable step = g.GlobalStep();
        GraphTensor h = Hidden(g, Hidden(g, x, 0, 4, 8), 1, 8, 6);
        using (g.VariableScope("dnn/logits"))
        {
            h = Dense(g, h, 6, 3, 363);
        }

        GraphTensor logits = g.Identity(h, "logits");
        g.Softmax(logits, name: "probabilities");
        GraphTensor loss = g.Losses.SparseSoftmaxCrossEntropy(y, logits);
        g.Metrics.Mean(loss, name: "average_loss");
        g.Summaries.Scalar("loss", loss);
        new AdagradOptimizer(0.1).Minimize(loss, step);
        g.Scaffold();
    }

    private static GraphTensor Hidden(GraphBuilder g, GraphTensor x, int number, int inputs, int outputs)
    {
        using VariableScope scope = g.VariableScope($"dnn/hiddenlayer_{number}");
        GraphTensor h = g.Relu(Dense(g, x, inputs, outputs, 361 + number));
        g.Summaries.Scalar("fraction_of_zero_values", g.ZeroFraction(h));
        g.Summaries.Histogram("activation", h);
        return h;
    }

    private static GraphTensor Dense(GraphBuilder g, GraphTensor x, int inputs, int outputs, int seed)
    {
        GraphVariable kernel = g.GetVariable("kernel", [inputs, outputs], Initializers.GlorotUniform(seed));
        GraphVariable bias = g.GetVariable("bias", [outputs], Initializers.Zeros);
        return g.BiasAdd(g.MatMul(x, kernel), bias);
    }
}
