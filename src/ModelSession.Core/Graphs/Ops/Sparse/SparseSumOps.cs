namespace ModelSessions.Graphs.Ops;

/// <summary>Sums and extremes of two sparse tensors, element by element.</summary>
internal static class SparseSumOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("SparseAdd", AddShape, AddGradient);
        ops.DefineStop("SparseAddGrad", AddGradShape);
        ops.Define("SparseSparseMaximum", UnionShape);
        ops.Define("SparseSparseMinimum", UnionShape);
    }

    private static void AddShape(ShapeContext c)
    {
        (_, long rank) = SparseShapes.Input(c, 0, 1, 2);
        c.MergeSize(rank, SparseShapes.Input(c, 3, 4, 5).Rank);
        SparseShapes.Output(c, 0, -1, c.Input(2, 1)[0]);
    }

    private static void AddGradShape(ShapeContext c)
    {
        Shape a = c.Input(1, 2), b = c.Input(2, 2);
        c.Output(0, [a[0]]);
        c.Output(1, [b[0]]);
    }

    private static void UnionShape(ShapeContext c)
    {
        // Whether the inputs fit together, only the run tells.
        c.Output(0, [-1, c.Input(0) is { Rank: 2 } indices ? indices[1] : -1]);
        c.Output(1, [-1]);
    }

    private static GraphTensor?[] AddGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphOperation gradient = g.AddOperation("SparseAddGrad", null, null, dy[1], op.Inputs[0], op.Inputs[3], op.Outputs[0]);
        gradient.Outputs[0].MergeShape(op.Inputs[1].Shape);
        gradient.Outputs[1].MergeShape(op.Inputs[4].Shape);
        return [null, gradient.Outputs[0], null, null, gradient.Outputs[1], null, null];
    }
}
