namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in control_flow_ops.cc and functional_ops.cc.</summary>
internal static class ControlFamily
{
    public static void Define(OpTable ops)
    {
        FrameOps.Define(ops);
        FunctionOps.Define(ops);
        NoOpOps.Define(ops);
        SwitchOps.Define(ops);
    }
}
