namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in sparse_ops.cc.</summary>
internal static class SparseFamily
{
    public static void Define(OpTable ops)
    {
        SparseCrossOps.Define(ops);
        SparseDenseOps.Define(ops);
        SparseLayoutOps.Define(ops);
        SparseReductionOps.Define(ops);
        SparseSumOps.Define(ops);
    }
}
