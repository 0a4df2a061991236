namespace ModelSessions.Graphs.Ops;

/// <summary>Losses.</summary>
internal static class LossOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("L2Loss", Shapes.Scalar, (g, op, dy) => [op.Inputs[0] * dy[0]]);
        ops.Define("SoftmaxCrossEntropyWithLogits", CrossEntropyShape, CrossEntropyGradient);
        ops.Define("SparseSoftmaxCrossEntropyWithLogits", SparseCrossEntropyShape, SparseCrossEntropyGradient);
    }

    private static void CrossEntropyShape(ShapeContext c)
    {
        Shape shape = Shapes.Broadcast(c, c.Input(0), c.Input(1));
        shape = shape.TryMerge(Shape.OfRank(2), out Shape matrix)
            ? matrix
            : throw c.Error($"logits and labels must be matrices; they are {c.Input(0)} and {c.Input(1)}.");
        c.Output(0, [shape[0]]);
        c.Output(1, shape);
    }

    private static void SparseCrossEntropyShape(ShapeContext c)
    {
        Shape features = c.Input(0, 2), labels = c.Input(1, 1);
        long batch = c.MergeSize(features[0], labels[0]);
        c.Output(0, [batch]);
        c.Output(1, features.With(0, batch));
    }

    private static GraphTensor?[] CrossEntropyGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor logits = LogitsGradient(g, op, dy);
        GraphTensor surprise = -g.Add("LogSoftmax", op.Inputs[0]);
        return [logits, Scale(g, dy[0], surprise)];
    }

    private static GraphTensor?[] SparseCrossEntropyGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) => [LogitsGradient(g, op, dy), null];

    // The op's second output is the gradient already; only who differentiates twice needs more.
    private static GraphTensor LogitsGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor gradient = Scale(g, dy[0], op.Outputs[1]);
        if (dy[1] is null || dy[1].Operation.Type == "ZerosLike")
        {
            return gradient;
        }

        GraphTensor softmax = g.Softmax(op.Inputs[0]);
        GraphTensor product = g.MatMul(g.ExpandDims(dy[1], 1), g.ExpandDims(softmax, 2));
        return gradient + (dy[1] - g.Squeeze(product, [1])) * softmax;
    }

    private static GraphTensor Scale(GraphBuilder g, GraphTensor vector, GraphTensor matrix) => g.ExpandDims(vector, -1) * matrix;
}
