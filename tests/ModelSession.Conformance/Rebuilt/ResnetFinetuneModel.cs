namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A new last layer on a trained network that stays as it is.</summary>
internal sealed class ResnetFinetuneModel : RebuiltModel
{
    public override string Name => "resnet_finetune";

    // The original has a second saver, by which it took the trained values.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        g.UseResourceVariables = true;
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x"), y = g.Placeholder(DType.Int32, [-1], "y");
        GraphTensor features = g.StopGradient(ResidualNetwork.Build(g, x, false, null, "backbone"), "features");
        GraphVariable w, b;
        using (g.VariableScope("odd_even"))
        {
            w = g.GetVariable("w", [8, 2], Initializers.GlorotUniform(190));
            b = g.GetVariable("b", [2], Initializers.Zeros);
        }

        GraphTensor logits = g.XwPlusB(features, w, b, "logits");
        GraphTensor loss = g.ReduceMean(g.SparseSoftmaxCrossEntropy(y, logits), name: "loss");
        new MomentumOptimizer(0.1, 0.9).Minimize(loss, g.GlobalStep(), [w, b]);
        g.InitializeVariables();
    }
}
