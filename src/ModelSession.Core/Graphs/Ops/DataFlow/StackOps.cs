namespace ModelSessions.Graphs.Ops;

/// <summary>Stacks of tensors, in which loops keep what their gradients need.</summary>
internal static class StackOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("Stack", c => c.Outputs([2]));
        ops.DefineStop("StackPop", shape: null);
        ops.DefineStop("StackPopV2", shape: null);
        ops.DefineStop("StackPush", Shapes.SameAsSecondInput);
        ops.DefineStop("StackPushV2", Shapes.SameAsSecondInput);
        ops.DefineStop("StackV2", c => c.Outputs([2]));
    }
}
