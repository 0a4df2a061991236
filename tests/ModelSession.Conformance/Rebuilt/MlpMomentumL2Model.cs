namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Two layers with penalties of their kernels; the rate falls in stairs.</summary>
internal sealed class MlpMomentumL2Model : RebuiltModel
{
    public override string Name => "mlp_momentum_l2";

    // Python adds each penalty three times and uses the last one.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 12], "features"), y = g.Placeholder(DType.Int64, [-1], "labels");
        GraphVariable step = g.GlobalStep();
        GraphTensor h;
        using (g.VariableScope("layer1"))
        {
            h = g.Tanh(Layer(g, x, 12, 16, 60));
        }

        using (g.VariableScope("layer2"))
        {
            h = Layer(g, h, 16, 4, 61);
        }

        GraphTensor logits = g.Identity(h, "logits");
        g.Softmax(logits, "probabilities");
        g.Losses.SparseSoftmaxCrossEntropy(y, logits);
        GraphTensor loss = g.Losses.GetTotalLoss();
        GraphTensor rate = g.LearningRates.ExponentialDecay(0.1, step, 20, 0.5, staircase: true, name: "learning_rate");
        using (g.ControlDependencies(loss.Operation))
        {
            new MomentumOptimizer(rate, 0.9).Minimize(loss, step);
        }

        g.InitializeVariables();
    }

    private static GraphTensor Layer(GraphBuilder g, GraphTensor x, int inputs, int outputs, long seed)
    {
        GraphVariable w = g.GetVariable("kernel", [inputs, outputs], Initializers.GlorotUniform(seed), regularizer: Penalty);
        GraphVariable b = g.GetVariable("bias", [outputs], Initializers.Zeros);
        return g.BiasAdd(g.MatMul(x, w), b);
    }

    private static GraphTensor Penalty(GraphBuilder g, Operand weights) => g.Times(0.01, g.L2Loss(weights), "l2_regularizer");
}
