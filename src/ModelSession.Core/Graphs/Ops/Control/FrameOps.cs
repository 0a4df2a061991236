using ModelSessions.Graphs.Gradients;

namespace ModelSessions.Graphs.Ops;

/// <summary>Ways into loops, round them and out of them. The gradients of a loop come in where its values go out.</summary>
internal static class FrameOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineSlices("Enter", EnterShape, EnterGradient);
        ops.Define("Exit", Shapes.SameAsInput, ExitGradient);
        ops.DefineStop("LoopCond", Shapes.Scalar);
        ops.Define("NextIteration", Shapes.SameAsInput, (g, op, dy) => dy);
        ops.DefineSlices("RefEnter", EnterShape, EnterGradient);
        ops.Define("RefExit", Shapes.SameAsInput, ExitGradient);
        ops.Define("RefNextIteration", Shapes.SameAsInput, (g, op, dy) => dy);
    }

    // What goes round may change its shape.
    private static void EnterShape(ShapeContext c) => c.Output(0, c.Flag("is_constant") ? c.Input(0) : Shape.Unknown);

    private static GraphTensor?[] ExitGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        BackwardLoop? loop = g.State.Flow as BackwardLoop;
        return [loop?.Gradient.Forward.HasGradients == true ? loop.Enter(dy[0], isConstant: false, "b_exit") : null];
    }

    private static Gradient?[] EnterGradient(GraphBuilder g, GraphOperation op, Gradient?[] dy)
    {
        if (g.State.Flow is not BackwardLoop loop)
        {
            // All of it is in one iteration.
            return dy;
        }

        return !op.Bool("is_constant") ? [Gradient.Of(loop.Exit(dy[0]!.ToDense(g)))]
            : dy[0]!.IsSlices ? [loop.Gradient.SumOfSlices(op.Inputs[0], dy[0]!)]
            : [Gradient.Of(loop.Gradient.Sum(op.Inputs[0], dy[0]!.Values))];
    }
}
