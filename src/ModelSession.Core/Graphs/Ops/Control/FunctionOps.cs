namespace ModelSessions.Graphs.Ops;

/// <summary>Calls of functions: plain ones, branches, loops.</summary>
internal static class FunctionOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Case", Shapes.FromOutputShapes);
        ops.DefineStop("DeviceIndex", Shapes.Scalar);
        ops.DefineStop("FakeParam", Shapes.FromAttribute);
        ops.Define("If", Shapes.FromOutputShapes);
        ops.Define("StatelessCase", Shapes.FromOutputShapes);
        ops.Define("StatelessIf", Shapes.FromOutputShapes);
        ops.Define("StatelessWhile", Shapes.FromOutputShapes);
        ops.DefineStop("ToBool", Shapes.Scalar);
        ops.Define("While", Shapes.FromOutputShapes);
    }
}
