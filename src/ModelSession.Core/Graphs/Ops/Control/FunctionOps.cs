namespace ModelSessions.Graphs.Ops;

/// <summary>Calls of functions: plain ones, branches, loops.</summary>
internal static class FunctionOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Case", HandleOps.FromOutputShapes);
        ops.DefineStop("DeviceIndex", Shapes.Scalar);
        ops.DefineStop("FakeParam", Shapes.FromAttribute);
        ops.Define("If", HandleOps.FromOutputShapes);
        ops.Define("StatelessCase", HandleOps.FromOutputShapes);
        ops.Define("StatelessIf", HandleOps.FromOutputShapes);
        ops.Define("StatelessWhile", HandleOps.FromOutputShapes);
        ops.DefineStop("ToBool", Shapes.Scalar);
        ops.Define("While", HandleOps.FromOutputShapes);
    }
}
