namespace ModelSessions.Tests.Sessions;

/// <summary>Softmax regression whose gradient is written out: the smallest model of images with a counter, dropout of pixels by a seeded
/// generator, and hyperparameters.</summary>
internal sealed class PixelModel : ModelDefinition
{
    public int Classes { get; init; } = 10;

    public bool Counts { get; init; } = true;

    public override IReadOnlyList<Hyperparameter> Hyperparameters => [new("learning_rate", 0.5), new("keep_probability", 0.9, 1)];

    public override Binding Build(GraphBuilder g)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x"), y = g.Placeholder(DType.Float32, [-1, Classes], "y");
        GraphTensor rate = g.Placeholder(DType.Float32, Shape.Scalar, "learning_rate"), keep = g.Placeholder(DType.Float32, Shape.Scalar, "keep_probability");
        GraphVariable weights = g.Variable(g.TruncatedNormal(new long[] { 784, Classes }, standardDeviation: 0.01), "weights");
        GraphTensor kept = x * g.Floor(g.RandomUniform(g.ShapeOf(x)) + keep);
        GraphTensor probabilities = g.Softmax(g.MatMul(kept, weights), "probabilities");
        GraphTensor loss = g.ReduceMean(g.Square(probabilities - y), name: "loss");
        GraphTensor step = g.MatMul(kept, probabilities - y, transposeA: true) * (rate / g.Cast(g.Element(g.ShapeOf(x), 0), DType.Float32));
        GraphOperation update = g.AddOperation("AssignSub", "update", null, weights.Handle, step);
        GraphTensor accuracy = g.ReduceMean(g.Cast(g.Equal(g.ArgMax(probabilities, 1), g.ArgMax(y, 1)), DType.Float32), name: "accuracy");
        Binding binding = new()
        {
            ["inputs"] = x,
            ["labels"] = y,
            ["predictions"] = probabilities,
            ["loss"] = loss,
            ["train"] = update,
            ["metrics.accuracy"] = accuracy,
            ["hyperparameters.learning_rate"] = rate,
            ["hyperparameters.keep_probability"] = keep,
        };
        if (Counts)
        {
            GraphVariable iteration = g.Variable(g.Constant(0, DType.Int32), "iteration", trainable: false);
            using GraphScope after = g.ControlDependencies(update);
            binding["train"] = g.AssignAdd(iteration, g.Constant(1, DType.Int32), "train");
            binding["iteration"] = iteration.Handle;
        }

        return binding;
    }
}
