namespace ModelSessions.Graphs.Ops;

/// <summary>Crossed features, and sparse tensors that are kept between runs.</summary>
internal static class SparseCrossOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("AddManySparseToTensorsMap", c => c.Output(0, Shape.OfRank(1)));
        ops.Define("AddSparseToTensorsMap", Shapes.Scalar);
        ops.Define("SparseCross", CrossShape);
        ops.Define("SparseCrossHashed", CrossShape);
        ops.Define("SparseCrossV2", CrossShape);
        ops.Define("TakeManySparseFromTensorsMap", SparseShapes.Unknown);
    }

    private static void CrossShape(ShapeContext c) => SparseShapes.Output(c, 0, -1, 2);
}
