namespace ModelSessions.Graphs.Ops;

/// <summary>The greatest of many.</summary>
internal static class TopOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("InTopK", InTopShape);
        ops.Define("InTopKV2", InTopShape);
        ops.Define("NthElement", NthShape, NthGradient);
        ops.Define("TopK", c => TopShape(c, c.Int("k")), (g, op, dy) => [Scatter(g, op, dy[0])]);
        ops.Define("TopKV2", c => TopShape(c, c.TryScalar(1, out long k) ? k : -1), (g, op, dy) => [Scatter(g, op, dy[0]), null]);
    }

    private static void InTopShape(ShapeContext c) => c.Output(0, [c.MergeSize(c.Input(0, 2)[0], c.Input(1, 1)[0])]);

    private static void NthShape(ShapeContext c)
    {
        Shape input = c.InputAtLeast(0, 1);
        c.Output(0, Shapes.Sub(input, 0, input.Rank - 1));
    }

    private static GraphTensor?[] NthGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor chosen = g.Cast(g.Equal(g.ExpandDims(op.Outputs[0], -1), op.Inputs[0]), dy[0].DType);
        GraphTensor gradient = g.ExpandDims(dy[0], -1);
        GraphTensor count = g.ExpandDims(g.ReduceSum(chosen, -1), -1);
        return [chosen / count * gradient, null];
    }

    // Each element's gradient goes to its place, found by a number that counts through all rows.
    private static GraphTensor Scatter(GraphBuilder g, GraphOperation op, GraphTensor dy)
    {
        GraphTensor shape = g.ShapeOf(op.Inputs[0]), found = g.ShapeOf(op.Outputs[1]);
        GraphTensor k = g.Gather(g.Cast(found, DType.Int64), g.SizeOf(found) - 1);
        GraphTensor rows = g.Reshape(op.Outputs[1], g.Stack([Operand.Of(-1, DType.Int64), k]));
        GraphTensor length = g.Gather(g.Cast(shape, DType.Int64), g.SizeOf(shape) - 1);
        GraphTensor count = g.Element(g.ShapeOf(rows), 0);
        GraphTensor limit = g.Cast(count, DType.Int64) * length;
        GraphTensor starts = g.Cast(g.ExpandDims(g.Sequence(0, limit, length), -1), DType.Int32);
        GraphTensor places = g.Reshape(rows + starts, (long[])[-1]);
        GraphTensor scattered = g.Add(
            "ScatterNd", g.ExpandDims(places, -1), g.Reshape(dy, (long[])[-1]), (Operand[])[g.ReduceProd(shape)]);
        return g.Reshape(scattered, shape);
    }

    private static void TopShape(ShapeContext c, long k)
    {
        Shape input = c.InputAtLeast(0, 1);
        if (!input.HasRank)
        {
            return;
        }

        if (input[-1] >= 0 && input[-1] < k)
        {
            throw c.Error($"there are no {k} elements in the last dimension of {input}.");
        }

        c.Outputs(input.With(-1, k));
    }
}
