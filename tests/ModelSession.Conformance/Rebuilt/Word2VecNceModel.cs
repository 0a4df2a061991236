namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Word vectors learnt from neighbours against fed noise.</summary>
internal sealed class Word2VecNceModel : RebuiltModel
{
    private const int Words = 120;
    private const int Width = 12;
    private const int Batch = 16;
    private const int Sampled = 6;

    public override string Name => "word2vec_nce";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor words = g.Placeholder(DType.Int32, [Batch], "train_inputs"), targets = g.Placeholder(DType.Int64, [Batch, 1], "train_labels");
        SampledCandidates drawn = new(
            g.Placeholder(DType.Int64, [Sampled], "sampled_ids"),
            g.Placeholder(DType.Float32, [Batch, 1], "true_expected"),
            g.Placeholder(DType.Float32, [Sampled], "sampled_expected"));
        GraphVariable embeddings = g.Variable(g.RandomUniform((long[])[Words, Width], -1, 1, seed: 91), "embeddings");
        GraphVariable weights = g.Variable(g.TruncatedNormal((long[])[Words, Width], standardDeviation: 0.3, seed: 92), "nce/weights");
        GraphVariable biases = g.Variable(g.Zeros((long[])[Words]), "nce/biases");
        GraphTensor embed = g.EmbeddingLookup(embeddings, words, "embed");
        GraphTensor losses = g.NceLoss(weights, biases, targets, embed, Sampled, Words, new() { SampledValues = drawn });
        GraphTensor loss = g.ReduceMean(losses, name: "loss");
        new AdagradOptimizer(0.5).Minimize(loss, name: "train");
        GraphTensor norm = g.Sqrt(g.ReduceSum(g.Square(embeddings), 1, keepDims: true));
        GraphTensor normalized = g.Divide(embeddings, norm, "normalized");
        GraphTensor valid = g.Placeholder(DType.Int32, [-1], "valid_words");
        GraphTensor similarity = g.MatMul(g.EmbeddingLookup(normalized, valid), normalized, transposeB: true, name: "similarity");
        g.AddOperation("TopKV2", "nearest", null, similarity, 4);
        g.InitializeVariables();
    }
}
