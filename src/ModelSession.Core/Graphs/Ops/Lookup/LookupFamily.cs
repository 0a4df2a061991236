namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in lookup_ops.cc.</summary>
internal static class LookupFamily
{
    public static void Define(OpTable ops) => TableOps.Define(ops);
}
