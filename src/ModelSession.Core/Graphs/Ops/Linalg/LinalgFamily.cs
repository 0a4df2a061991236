namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in linalg_ops.cc.</summary>
internal static class LinalgFamily
{
    public static void Define(OpTable ops)
    {
        BandedOps.Define(ops);
        DeterminantOps.Define(ops);
        EigenOps.Define(ops);
        EinsumOps.Define(ops);
        FactorOps.Define(ops);
        MatrixFunctionOps.Define(ops);
        SingularValueOps.Define(ops);
        SolveOps.Define(ops);
    }
}
