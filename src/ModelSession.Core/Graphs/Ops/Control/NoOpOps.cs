namespace ModelSessions.Graphs.Ops;

/// <summary>Nodes that only order others, or end a run.</summary>
internal static class NoOpOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("Abort", shape: null);
        ops.DefineStop("ControlTrigger", shape: null);
        ops.DefineStop("NoOp", shape: null);
    }
}
