namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in math_ops.cc.</summary>
internal static class MathFamily
{
    public static void Define(OpTable ops)
    {
        AccumulateOps.Define(ops);
        ArithmeticOps.Define(ops);
        ComparisonOps.Define(ops);
        ComplexOps.Define(ops);
        CountOps.Define(ops);
        ExponentialOps.Define(ops);
        MatrixOps.Define(ops);
        ReductionOps.Define(ops);
        RoundingOps.Define(ops);
        ScanOps.Define(ops);
        SegmentOps.Define(ops);
        SelectOps.Define(ops);
        SequenceOps.Define(ops);
        SignOps.Define(ops);
        SpecialOps.Define(ops);
        TrigonometricOps.Define(ops);
    }
}
