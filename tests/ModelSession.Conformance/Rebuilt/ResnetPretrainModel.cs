namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A residual network, once for training and once for inference, with the same variables.</summary>
internal sealed class ResnetPretrainModel : RebuiltModel
{
    public override string Name => "resnet_pretrain";

    public override void Build(GraphBuilder g, string folder)
    {
        g.UseResourceVariables = true;
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x"), y = g.Placeholder(DType.Int32, [-1], "y");
        GraphVariable step = g.GlobalStep();
        GraphTensor logits;
        using (g.NameScope("training"))
        {
            logits = Head(g, ResidualNetwork.Build(g, x, true, null), null);
        }

        using (g.NameScope("inference"))
        {
            g.Identity(Head(g, ResidualNetwork.Build(g, x, false, VariableReuse.Always), VariableReuse.Always), "logits");
        }

        GraphTensor loss = g.ReduceMean(g.SparseSoftmaxCrossEntropy(y, logits), name: "loss");
        using (g.ControlDependencies(g.Graph.Collections.Names(CollectionKeys.UpdateOps).Select(g.Graph.Operation)))
        {
            new MomentumOptimizer(0.05, 0.9).Minimize(loss, step);
        }

        g.InitializeVariables();
    }

    private static GraphTensor Head(GraphBuilder g, GraphTensor h, VariableReuse? reuse)
    {
        using VariableScope scope = g.VariableScope("head", reuse);
        GraphVariable w = g.GetVariable("w", [8, 10], Initializers.GlorotUniform(189)), b = g.GetVariable("b", [10], Initializers.Zeros);
        return g.XwPlusB(h, w, b);
    }
}
