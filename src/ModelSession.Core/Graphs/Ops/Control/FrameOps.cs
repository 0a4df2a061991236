namespace ModelSessions.Graphs.Ops;

/// <summary>Ways into loops, round them and out of them.</summary>
internal static class FrameOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Enter", EnterShape);
        ops.Define("Exit", Shapes.SameAsInput);
        ops.DefineStop("LoopCond", Shapes.Scalar);
        ops.Define("NextIteration", Shapes.SameAsInput);
        ops.Define("RefEnter", EnterShape);
        ops.Define("RefExit", Shapes.SameAsInput);
        ops.Define("RefNextIteration", Shapes.SameAsInput);
    }

    // What goes round may change its shape.
    private static void EnterShape(ShapeContext c) => c.Output(0, c.Flag("is_constant") ? c.Input(0) : Shape.Unknown);
}
