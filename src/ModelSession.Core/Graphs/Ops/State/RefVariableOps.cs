namespace ModelSessions.Graphs.Ops;

/// <summary>Reference variables, as TF1 made them.</summary>
internal static class RefVariableOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("Assign", AssignShape);
        ops.DefineStop("AssignAdd", Shapes.AllTheSame);
        ops.DefineStop("AssignSub", Shapes.AllTheSame);
        ops.DefineStop("CountUpTo", c => c.Output(0, c.Input(0, 0)));
        ops.Define("DestroyTemporaryVariable", Shapes.SameAsInput);
        ops.DefineStop("GetSessionHandle", Shapes.Scalar);
        ops.DefineStop("GetSessionHandleV2", Shapes.Scalar);
        ops.DefineStop("GetSessionTensor", shape: null);
        ops.Define("IsVariableInitialized", Shapes.Scalar);
        ops.Define("TemporaryVariable", Shapes.FromAttribute);
        ops.Define("Variable", c => c.Output(0, c.Operation.Shape("shape") is { Rank: > 0 } shape ? shape : Shape.Unknown));
        ops.Define("VariableV2", Shapes.FromAttribute);
    }

    private static void AssignShape(ShapeContext c) =>
        c.Output(0, c.Flag("validate_shape") ? c.Merge(c.Input(0), c.Input(1)) : c.Input(1));
}
