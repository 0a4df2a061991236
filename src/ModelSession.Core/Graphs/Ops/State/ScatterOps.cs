namespace ModelSessions.Graphs.Ops;

/// <summary>Writing rows of variables.</summary>
internal static class ScatterOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("ScatterAdd", Shapes.SameAsInput);
        ops.DefineStop("ScatterDiv", Shapes.SameAsInput);
        ops.DefineStop("ScatterMax", Shapes.SameAsInput);
        ops.DefineStop("ScatterMin", Shapes.SameAsInput);
        ops.DefineStop("ScatterMul", Shapes.SameAsInput);
        ops.DefineStop("ScatterNdAdd", Shapes.SameAsInput);
        ops.DefineStop("ScatterNdSub", Shapes.SameAsInput);
        ops.DefineStop("ScatterNdUpdate", Shapes.SameAsInput);
        ops.DefineStop("ScatterSub", Shapes.SameAsInput);
        ops.DefineStop("ScatterUpdate", Shapes.SameAsInput);
    }
}
