namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in array_ops.cc.</summary>
internal static class ArrayFamily
{
    public static void Define(OpTable ops)
    {
        BroadcastOps.Define(ops);
        ConcatOps.Define(ops);
        ConstantOps.Define(ops);
        DiagonalOps.Define(ops);
        GatherOps.Define(ops);
        IdentityOps.Define(ops);
        PadOps.Define(ops);
        PatchOps.Define(ops);
        PermuteOps.Define(ops);
        QuantizeOps.Define(ops);
        ReshapeOps.Define(ops);
        ShapeOps.Define(ops);
        SliceOps.Define(ops);
        SplitOps.Define(ops);
        UniqueOps.Define(ops);
    }
}
