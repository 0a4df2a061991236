namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in dataset_ops.cc and experimental_dataset_ops.cc, and how sparse elements are packed for them.</summary>
internal static class DataFamily
{
    public static void Define(OpTable ops)
    {
        DatasetOps.Define(ops);
        SparseSerializeOps.Define(ops);
    }
}
