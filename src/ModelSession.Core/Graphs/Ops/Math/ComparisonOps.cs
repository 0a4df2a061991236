namespace ModelSessions.Graphs.Ops;

/// <summary>Comparisons, logic and bits: nothing smooth about them.</summary>
internal static class ComparisonOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("ApproximateEqual", Shapes.AllTheSame);
        ops.Define("BitwiseAnd", Shapes.Broadcast);
        ops.Define("BitwiseOr", Shapes.Broadcast);
        ops.Define("BitwiseXor", Shapes.Broadcast);
        ops.DefineStop("Equal", EqualityShape);
        ops.DefineStop("Greater", Shapes.Broadcast);
        ops.DefineStop("GreaterEqual", Shapes.Broadcast);
        ops.Define("Invert", Shapes.SameAsInput);
        ops.Define("IsFinite", Shapes.SameAsInput);
        ops.Define("IsInf", Shapes.SameAsInput);
        ops.Define("IsNan", Shapes.SameAsInput);
        ops.Define("LeftShift", Shapes.Broadcast);
        ops.DefineStop("Less", Shapes.Broadcast);
        ops.DefineStop("LessEqual", Shapes.Broadcast);
        ops.DefineStop("LogicalAnd", Shapes.Broadcast);
        ops.DefineStop("LogicalNot", Shapes.SameAsInput);
        ops.DefineStop("LogicalOr", Shapes.Broadcast);
        ops.DefineStop("NotEqual", EqualityShape);
        ops.Define("PopulationCount", Shapes.SameAsInput);
        ops.Define("RightShift", Shapes.Broadcast);
    }

    // With incompatible_shape_error off, shapes that do not fit are not an error: the result is one scalar.
    private static void EqualityShape(ShapeContext c)
    {
        Shape x = c.Input(0), y = c.Input(1);
        if (c.Flag("incompatible_shape_error") || x.Rank == 0 || y.Rank == 0)
        {
            Shapes.Broadcast(c);
        }
        else if (x.IsFullyDefined && y.IsFullyDefined)
        {
            bool fits = Enumerable.Range(1, Math.Min(x.Rank, y.Rank)).All(i => x[-i] == y[-i] || x[-i] == 1 || y[-i] == 1);
            c.Output(0, fits ? Shapes.Broadcast(c, x, y) : Shape.Scalar);
        }
    }
}
