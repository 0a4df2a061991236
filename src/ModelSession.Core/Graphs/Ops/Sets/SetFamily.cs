namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in set_ops.cc.</summary>
internal static class SetFamily
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("DenseToDenseSetOperation", DenseShape);
        ops.DefineStop("DenseToSparseSetOperation", MixedShape);
        ops.DefineStop("SetSize", SizeShape);
        ops.DefineStop("SparseToSparseSetOperation", SparseShape);
    }

    private static void SizeShape(ShapeContext c)
    {
        Shape shape = c.ShapeFrom(2);
        c.Output(0, shape.HasRank && shape.Rank > 0 ? Shapes.Sub(shape, 0, -1) : Shape.Unknown);
    }

    private static void DenseShape(ShapeContext c)
    {
        Shape x = c.InputAtLeast(0, 2), y = c.InputAtLeast(1, 2);
        long rank = x.HasRank ? x.Rank : y.HasRank ? y.Rank : -1;
        if (x.HasRank && y.HasRank)
        {
            c.MergeSize(x.Rank, y.Rank);
            c.Merge(Shapes.Sub(x, 0, -1), Shapes.Sub(y, 0, -1));
        }

        SparseShapes.Output(c, 0, -1, rank);
    }

    private static void MixedShape(ShapeContext c)
    {
        (_, long rank) = SparseShapes.Input(c, 1, 2, 3);
        Shape dense = c.InputAtLeast(0, 2);
        SparseShapes.Output(c, 0, -1, dense.HasRank ? c.MergeSize(dense.Rank, rank) : rank);
    }

    private static void SparseShape(ShapeContext c)
    {
        (_, long rank) = SparseShapes.Input(c, 0, 1, 2);
        SparseShapes.Output(c, 0, -1, c.MergeSize(rank, SparseShapes.Input(c, 3, 4, 5).Rank));
    }
}
