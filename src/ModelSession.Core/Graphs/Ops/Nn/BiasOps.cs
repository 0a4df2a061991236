namespace ModelSessions.Graphs.Ops;

/// <summary>Biases along the channels.</summary>
internal static class BiasOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BiasAdd", BiasAddShape, BiasAddGradient);
        ops.Define("BiasAddGrad", c => c.Output(0, [c.InputAtLeast(0, 2) is { HasRank: true } shape ? shape[Channel(c.Operation, shape.Rank)] : -1]), BiasAddGradGradient);
        ops.Define("BiasAddV1", BiasAddShape, BiasAddV1Gradient);
    }

    private static bool IsChannelFirst(GraphOperation op) => op.Attributes.ContainsKey("data_format") && op.String("data_format") == "NCHW";

    private static int Channel(GraphOperation op, int rank) => IsChannelFirst(op) ? 1 : rank - 1;

    private static void BiasAddShape(ShapeContext c)
    {
        Shape value = c.InputAtLeast(0, 2), bias = c.Input(1, 1);
        if (value.HasRank)
        {
            int channel = Channel(c.Operation, value.Rank);
            c.Output(0, value.With(channel, c.MergeSize(value[channel], bias[0])));
        }
    }

    private static GraphTensor?[] BiasAddGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [dy[0], g.Add("BiasAddGrad", "BiasAddGrad", NodeAttributes.From(op, "data_format"), dy[0])];

    private static GraphTensor?[] BiasAddV1Gradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor axes = g.Sequence(0, g.RankOf(dy[0]) - 1);
        return [dy[0], g.ReduceSum(dy[0], axes)];
    }

    private static GraphTensor?[] BiasAddGradGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor shape = g.ShapeOf(op.Inputs[0]), bias = g.ShapeOf(dy[0]);
        (GraphTensor expanded, GraphTensor times) = IsChannelFirst(op)
            ? (g.Concat([g.OnesLike(g.Range(shape, null, 1)), bias, g.OnesLike(g.Range(shape, 2, null))], 0),
                g.Concat([g.Range(shape, null, 1), (long[])[1], g.Range(shape, 2, null)], 0))
            : (g.Concat([g.OnesLike(g.Range(shape, null, -1)), bias], 0),
                g.Concat([g.Range(shape, null, -1), (long[])[1]], 0));
        return [g.Tile(g.Reshape(dy[0], expanded), times)];
    }
}
