namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A recurrent network in a loop, over sequences of different lengths.</summary>
internal sealed class GruDynamicModel : RebuiltModel
{
    private const int Hidden = 7;

    public override string Name => "gru_dynamic";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, -1, 4], "sequence");
        GraphTensor lengths = g.Placeholder(DType.Int32, [-1], "lengths"), label = g.Placeholder(DType.Int32, [-1], "label");
        GruCell cell = new(Hidden, kernelInitializer: Initializers.GlorotUniform(121));
        DynamicRnnOutputs rnn = g.Rnn.DynamicRnn(cell, x, lengths);
        GraphVariable w = g.GetVariable("out/kernel", [Hidden, 2], Initializers.GlorotNormal(122));
        GraphVariable b = g.GetVariable("out/bias", [2], Initializers.Zeros);
        GraphTensor logits = g.XwPlusB(rnn.State, w, b, "logits");
        GraphTensor mean = g.ReduceMean(rnn.Outputs, (long[])[0, 1], name: "mean_output");
        GraphTensor cross = g.ReduceMean(g.SparseSoftmaxCrossEntropy(label, logits));
        GraphTensor penalty = 0.01 * g.ReduceSum(g.Square(mean));
        GraphTensor loss = g.Identity(cross + penalty, "loss");
        GraphVariable step = g.GlobalStep();
        new RmsPropOptimizer(0.02).Minimize(loss, step);
        g.InitializeVariables();
    }
}
