namespace ModelSessions.Graphs.Ops;

/// <summary>Values found in tensors.</summary>
internal static class UniqueOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("ListDiff", Shapes.UnknownVector, ListDiffValue);
        ops.Define("Unique", UniqueShape);
        ops.Define("UniqueV2", RowsShape);
        ops.Define("UniqueWithCounts", UniqueShape);
        ops.Define("UniqueWithCountsV2", RowsShape);
        ops.DefineStop("Where", c => c.Output(0, [-1, c.Input(0).Rank]));
    }

    // Only the value, not the shape, as TensorFlow folds it but does not infer it.
    private static void ListDiffValue(ShapeContext c)
    {
        if (c.Value(0) is { IsKnown: true } all && c.Value(1) is { IsKnown: true } taken)
        {
            c.SetValue(0, PartialValue.Vector([.. all.Items.Where(item => !taken.Items.Contains(item))]));
        }
    }

    private static void UniqueShape(ShapeContext c)
    {
        c.Outputs(Shape.OfRank(1));
        c.Output(1, c.Input(0));
    }

    private static void RowsShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        c.Outputs(Shape.OfRank(1));
        long[]? axis = c.Value(1) is { IsKnown: true } value ? [.. value.Items] : null;
        if (axis is null || !input.HasRank)
        {
            c.Output(0, Shape.Unknown);
        }
        else if (axis.Length == 1)
        {
            int at = c.Axis(axis[0], input.Rank);
            c.Output(0, input.With(at, -1));
            c.Output(1, [input[at]]);
        }
        else
        {
            c.Output(1, c.Input(0, 1));
        }
    }
}
