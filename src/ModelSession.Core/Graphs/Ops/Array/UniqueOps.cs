namespace ModelSessions.Graphs.Ops;

/// <summary>Values found in tensors.</summary>
internal static class UniqueOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("ListDiff", Shapes.UnknownVector);
        ops.Define("Unique", UniqueShape);
        ops.Define("UniqueWithCounts", UniqueShape);
        ops.DefineStop("Where", c => c.Output(0, [-1, c.Input(0).Rank]));
    }

    private static void UniqueShape(ShapeContext c)
    {
        c.Outputs(Shape.OfRank(1));
        c.Output(1, c.Input(0));
    }
}
