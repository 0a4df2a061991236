namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in data_flow_ops.cc.</summary>
internal static class DataFamily
{
    public static void Define(OpTable ops) => StitchOps.Define(ops);
}
