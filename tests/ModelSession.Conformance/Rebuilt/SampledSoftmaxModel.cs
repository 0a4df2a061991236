namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Words told from words by a softmax over some that are drawn.</summary>
internal sealed class SampledSoftmaxModel : RebuiltModel
{
    private const int Words = 80;
    private const int Width = 8;

    public override string Name => "sampled_softmax";

    public override void Build(GraphBuilder g, string folder)
    {
        g.UseResourceVariables = true;
        GraphTensor words = g.Placeholder(DType.Int32, [-1, 3], "words"), targets = g.Placeholder(DType.Int64, [-1, 1], "target");
        GraphVariable table = g.GetVariable("table", [Words, Width], Initializers.RandomUniform(-0.5, 0.5, 101));
        GraphVariable w = g.GetVariable("softmax/w", [Words, Width], Initializers.TruncatedNormal(standardDeviation: 0.3, seed: 102));
        GraphVariable b = g.GetVariable("softmax/b", [Words], Initializers.Zeros);
        GraphTensor hidden = g.ReduceMean(g.EmbeddingLookup(table, words), 1, name: "hidden");
        GraphTensor losses = g.SampledSoftmaxLoss(w, b, targets, hidden, 10, Words, new() { Seed = 103 });
        GraphTensor loss = g.ReduceMean(losses, name: "loss");
        GraphVariable step = g.GlobalStep();
        new AdagradOptimizer(0.3).Minimize(loss, step);
        g.Add("AddV2", "logits", null, g.MatMul(hidden, w, transposeB: true), b);
        g.InitializeVariables();
    }
}
