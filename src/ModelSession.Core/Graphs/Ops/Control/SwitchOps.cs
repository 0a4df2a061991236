namespace ModelSessions.Graphs.Ops;

/// <summary>Branches: a value goes one of several ways; where ways meet, the one that is alive goes on.</summary>
internal static class SwitchOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineSlices("Merge", MergeShape, SwitchGradients.OfMerge);
        ops.DefineSlices("RefMerge", MergeShape, SwitchGradients.OfMerge);
        ops.Define("RefSelect", SelectShape);
        ops.DefineSlices("RefSwitch", Shapes.SameAsInput, SwitchGradients.OfSwitch);
        ops.DefineSlices("Switch", Shapes.SameAsInput, SwitchGradients.OfSwitch);
        ops.Define("_SwitchN", Shapes.SameAsInput);
    }

    // What all branches agree in; a loop's back edge is not known yet when its Merge is added.
    private static void MergeShape(ShapeContext c)
    {
        c.Output(1, Shape.Scalar);
        if (c.Operation.Inputs.Any(input => input.Operation.Type is "Enter" or "RefEnter"))
        {
            return;
        }

        Shape common = c.Input(0);
        for (int i = 1; i < c.InputCount; i++)
        {
            common = Common(common, c.Input(i));
        }

        c.Output(0, common);
    }

    private static void SelectShape(ShapeContext c)
    {
        Shape first = c.Input(1);
        bool same = first.IsFullyDefined && Enumerable.Range(1, c.InputCount - 1).All(i => c.Input(i).Equals(first));
        c.Output(0, same ? first : Shape.Unknown);
    }

    private static Shape Common(Shape x, Shape y) => x.Rank != y.Rank || !x.HasRank
        ? Shape.Unknown
        : new Shape([.. x.Zip(y, (a, b) => a == b ? a : -1)]);
}
