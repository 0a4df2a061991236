namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in list_ops.cc.</summary>
internal static class ListFamily
{
    public static void Define(OpTable ops) => TensorListOps.Define(ops);
}
