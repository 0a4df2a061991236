namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Rows of a table, classified; the rate falls with the step.</summary>
internal sealed class BlogEmbeddingModel : RebuiltModel
{
    public override string Name => "blog_embedding";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor tokens, labels, rows, logits, probabilities;
        using (g.NameScope("inputs"))
        {
            tokens = g.Placeholder(DType.Int32, [-1, 5], "tokens");
            labels = g.Placeholder(DType.Int32, [-1], "labels");
        }

        using (g.VariableScope("embedding"))
        {
            rows = g.EmbeddingLookup(g.GetVariable("matrix", [20, 4], Initializers.RandomUniform(-1, 1, 241)), tokens);
        }

        using (g.VariableScope("classifier"))
        {
            GraphTensor h = g.Reshape(rows, (long[])[-1, 20]);
            GraphVariable w = g.GetVariable("w", [20, 2], Initializers.TruncatedNormal(0, 0.2, 242));
            GraphVariable b = g.GetVariable("b", [2], Initializers.Constant(0));
            logits = g.MatMul(h, w) + b;
            g.ArgMax(logits, 1, name: "predictions");
            probabilities = g.Softmax(logits, "probabilities");
        }

        GraphTensor loss = g.ReduceMean(g.SparseSoftmaxCrossEntropy(labels, logits), name: "loss");
        GraphVariable step = g.Variable(0, "global_step", trainable: false);
        GraphTensor rate = g.LearningRates.ExponentialDecay(0.5, step, 10, 0.9);
        new GradientDescentOptimizer(rate).Minimize(loss, step, name: "train");
        g.Summaries.Scalar("loss", loss);
        g.Summaries.Scalar("learning_rate", rate);
        g.Summaries.Histogram("probabilities", probabilities);
        g.Summaries.MergeAll();
        g.InitializeVariables();
    }
}
