namespace ModelSessions.Graphs.Ops;

/// <summary>Sparse tensors reordered, reshaped, joined, cut, filled.</summary>
internal static class SparseLayoutOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("SparseConcat", ConcatShape);
        ops.Define("SparseFillEmptyRows", FillShape, FillGradient);
        ops.Define("SparseFillEmptyRowsGrad", FillGradShape);
        ops.Define("SparseReorder", ReorderShape, ReorderGradient);
        ops.Define("SparseReshape", ReshapeShape);
        ops.Define("SparseSlice", SliceShape, SliceGradient);
        ops.Define("SparseSliceGrad", c => c.Output(0, [c.Input(1, 2)[0]]));
        ops.Define("SparseSplit", SplitShape);
        ops.Define("SparseToDense", c => c.Output(0, c.ShapeFrom(1)), ToDenseGradient);
    }

    private static void ConcatShape(ShapeContext c)
    {
        int parts = (int)c.Int("N");
        long count = 0, rank = -1;
        for (int i = 0; i < parts; i++)
        {
            (long n, long r) = SparseShapes.Input(c, i, parts + i, (2 * parts) + i);
            count = n < 0 || count < 0 ? -1 : count + n;
            rank = c.MergeSize(rank, r);
        }

        SparseShapes.Output(c, 0, count, rank);
    }

    private static void ReorderShape(ShapeContext c)
    {
        (long count, long rank) = SparseShapes.Input(c, 0, 1, 2);
        c.Output(0, [count, rank]);
        c.Output(1, [count]);
    }

    private static void ReshapeShape(ShapeContext c)
    {
        Shape indices = c.Input(0, 2), shape = c.Input(2, 1);
        c.Input(1, 1);
        c.Output(0, [indices[0], shape[0]]);
        c.Output(1, [shape[0]]);
    }

    private static void SliceShape(ShapeContext c)
    {
        long rank = c.Input(2) is { Rank: 1 } shape ? shape[0] : -1;
        SparseShapes.Output(c, 0, -1, rank);
    }

    private static void SplitShape(ShapeContext c)
    {
        int parts = (int)c.Int("num_split");
        long rank = c.Input(3, 1)[0];
        for (int i = 0; i < parts; i++)
        {
            c.Output(i, [-1, rank]);
            c.Output(parts + i, [-1]);
            c.Output((2 * parts) + i, [rank]);
        }
    }

    private static void FillShape(ShapeContext c)
    {
        (long count, long rank) = SparseShapes.Input(c, 0, 1, 2);
        c.Input(3, 0);
        c.Output(0, [-1, rank]);
        c.Output(1, [-1]);
        c.Output(2, [c.Value(2) is { Items: [>= 0 and var rows, ..] } ? rows : -1]);
        c.Output(3, [count]);
    }

    internal static void FillGradShape(ShapeContext c)
    {
        c.Output(0, c.Input(0, 1));
        c.Input(1, 1);
        c.Output(1, Shape.Scalar);
    }

    private static GraphTensor?[] FillGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphOperation gradient = g.AddOperation("SparseFillEmptyRowsGrad", null, null, op.Outputs[3], dy[1]);
        return [null, gradient.Outputs[0], null, gradient.Outputs[1]];
    }

    // The order is found by reordering the elements' numbers.
    private static GraphTensor?[] ReorderGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor indices, GraphTensor shape) = (op.Inputs[0], op.Inputs[2]);
        GraphTensor numbers = g.Sequence(0, g.Element(g.ShapeOf(indices), 0));
        GraphTensor order = g.AddOperation("SparseReorder", null, null, indices, numbers, shape).Outputs[1];
        return [null, g.Gather(dy[1], g.Add("InvertPermutation", order)), null];
    }

    private static GraphTensor?[] SliceGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [null, g.Add("SparseSliceGrad", dy[1], op.Inputs[0], op.Inputs[3], op.Outputs[0]), null, null, null];

    private static GraphTensor?[] ToDenseGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor values = g.Add("GatherNd", dy[0], op.Inputs[0]);
        return [null, null, values, g.ReduceSum(dy[0]) - g.ReduceSum(values)];
    }
}
