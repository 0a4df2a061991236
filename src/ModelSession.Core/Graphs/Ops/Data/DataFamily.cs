namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in data_flow_ops.cc, dataset_ops.cc, list_ops.cc and lookup_ops.cc.</summary>
internal static class DataFamily
{
    public static void Define(OpTable ops)
    {
        HandleOps.Define(ops);
        StitchOps.Define(ops);
    }
}
