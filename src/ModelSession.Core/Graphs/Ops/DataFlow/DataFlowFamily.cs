namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in data_flow_ops.cc.</summary>
internal static class DataFlowFamily
{
    public static void Define(OpTable ops)
    {
        AccumulatorOps.Define(ops);
        OptionalOps.Define(ops);
        QueueOps.Define(ops);
        StackOps.Define(ops);
        StagingOps.Define(ops);
        StitchOps.Define(ops);
        TensorArrayOps.Define(ops);
    }
}
