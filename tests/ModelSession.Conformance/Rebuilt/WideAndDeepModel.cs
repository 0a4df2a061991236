namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A linear model of sparse features beside a deep one, each with its optimizer.</summary>
internal sealed class WideAndDeepModel : RebuiltModel
{
    private const int Buckets = 40;
    private const int Width = 4;
    private const int DenseFeatures = 5;

    public override string Name => "wide_and_deep";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor indices = g.Placeholder(DType.Int64, [-1, 2], "ids/indices");
        GraphTensor values = g.Placeholder(DType.Int64, [-1], "ids/values"), shape = g.Placeholder(DType.Int64, [2], "ids/shape");
        GraphTensor dense = g.Placeholder(DType.Float32, [-1, DenseFeatures], "dense"), y = g.Placeholder(DType.Float32, [-1, 1], "click");
        GraphSparseTensor ids = new(indices, values, shape);
        GraphVariable step = g.GlobalStep();
        GraphTensor wide, deep;
        using (g.VariableScope("wide"))
        {
            GraphVariable weights = g.GetVariable("weights", [Buckets, 1], Initializers.Zeros), bias = g.GetVariable("bias", [1], Initializers.Zeros);
            wide = g.EmbeddingLookupSparse(weights, ids, null, Combiner.Sum) + bias;
        }

        using (g.VariableScope("deep"))
        {
            deep = Deep(g, ids, dense);
        }

        GraphTensor logits = g.Add("AddV2", "logits", null, wide, deep);
        g.Sigmoid(logits, "probability");
        GraphTensor loss = g.ReduceMean(g.SigmoidCrossEntropy(y, logits), name: "loss");
        Train(g, loss, step);
        g.InitializeVariables();
    }

    private static GraphTensor Deep(GraphBuilder g, GraphSparseTensor ids, GraphTensor dense)
    {
        GraphVariable table = g.GetVariable("embedding", [Buckets, Width], Initializers.TruncatedNormal(standardDeviation: 0.3, seed: 161));
        GraphTensor h = g.Concat([g.EmbeddingLookupSparse(table, ids, null, Combiner.Mean), dense], 1);
        GraphVariable k1 = g.GetVariable("k1", [Width + DenseFeatures, 8], Initializers.GlorotUniform(162)), c1 = g.GetVariable("c1", [8], Initializers.Zeros);
        h = g.Relu(g.XwPlusB(h, k1, c1));
        return g.MatMul(h, g.GetVariable("k2", [8, 1], Initializers.GlorotUniform(163)));
    }

    // Both optimizers apply only when all gradients are there, or an update would race with a read.
    private static void Train(GraphBuilder g, GraphTensor loss, GraphVariable step)
    {
        GraphVariable[] variables = [.. g.Variables(CollectionKeys.TrainableVariables)];
        IReadOnlyList<Gradient?> gradients = Gradients.Of([loss], [.. variables.Select(variable => variable.Handle)]);
        VariableGradient[] pairs = [.. gradients.Zip(variables, (gradient, variable) => new VariableGradient(gradient, variable))];
        GraphOperation wide, deep, count;
        using (g.ControlDependencies(gradients.Select(gradient => gradient!.Values.Operation).Prepend(loss.Operation)))
        {
            wide = new FtrlOptimizer(0.3) { L1 = 0.01, L2 = 0.02 }.ApplyGradients(pairs[..2], name: "train_wide");
            deep = new AdagradOptimizer(0.2).ApplyGradients(pairs[2..], name: "train_deep");
            using GraphScope after = g.ControlDependencies(wide, deep);
            count = g.AssignAdd(step, 1);
        }

        g.GroupOperations([wide, deep, count], "train");
    }
}
