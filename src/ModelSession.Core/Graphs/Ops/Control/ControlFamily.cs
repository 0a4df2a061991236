namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in control_flow_ops.cc and functional_ops.cc.</summary>
internal static class ControlFamily
{
    public static void Define(OpTable ops)
    {
        ops.Define("Enter", c => c.Output(0, c.Flag("is_constant") ? c.Input(0) : Shape.Unknown));
        ops.Define("Exit", Shapes.SameAsInput);
        ops.Define("If", HandleOps.FromOutputShapes);
        ops.Define("LoopCond", Shapes.Scalar);
        ops.Define("Merge", MergeShape);
        ops.Define("NextIteration", Shapes.SameAsInput);
        ops.Define("NoOp", shape: null);
        ops.Define("RefSwitch", Shapes.SameAsInput);
        ops.Define("StatelessIf", HandleOps.FromOutputShapes);
        ops.Define("StatelessWhile", HandleOps.FromOutputShapes);
        ops.Define("Switch", Shapes.SameAsInput);
        ops.Define("While", HandleOps.FromOutputShapes);
    }

    // What all branches agree in; a loop's back edge is not known yet when its Merge is added.
    private static void MergeShape(ShapeContext c)
    {
        c.Output(1, Shape.Scalar);
        if (c.Operation.Inputs.Any(input => input.Operation.Type == "Enter"))
        {
            return;
        }

        Shape common = c.Input(0);
        for (int i = 1; i < c.InputCount; i++)
        {
            Shape other = c.Input(i);
            common = common.Rank != other.Rank || !common.HasRank
                ? Shape.Unknown
                : new Shape([.. common.Zip(other, (x, y) => x == y ? x : -1)]);
        }

        c.Output(0, common);
    }
}
