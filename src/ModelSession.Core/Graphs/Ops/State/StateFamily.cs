namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in state_ops.cc and resource_variable_ops.cc.</summary>
internal static class StateFamily
{
    public static void Define(OpTable ops)
    {
        RefVariableOps.Define(ops);
        ResourceVariableOps.Define(ops);
        ScatterOps.Define(ops);
    }
}
