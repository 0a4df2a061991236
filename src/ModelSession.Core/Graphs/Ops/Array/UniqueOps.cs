namespace ModelSessions.Graphs.Ops;

/// <summary>Values found in tensors.</summary>
internal static class UniqueOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("ListDiff", Shapes.UnknownVector, ListDiffValue);
        ops.Define("LowerBound", BoundShape);
        ops.Define("UnravelIndex", UnravelShape);
        ops.Define("UpperBound", BoundShape);
        ops.Define("Unique", UniqueShape);
        ops.Define("UniqueV2", RowsShape);
        ops.Define("UniqueWithCounts", UniqueShape);
        ops.Define("UniqueWithCountsV2", RowsShape);
        ops.DefineStop("Where", c => c.Output(0, [-1, c.Input(0).Rank]));
    }

    private static void BoundShape(ShapeContext c)
    {
        _ = c.Input(0, 2);
        c.Output(0, c.Input(1, 2));
    }

    // A column for each index, a row for each axis.
    private static void UnravelShape(ShapeContext c)
    {
        Shape indices = c.Input(0);
        long axes = c.Input(1, 1)[0];
        c.Output(0, !indices.HasRank ? Shape.Unknown : indices.Rank == 0 ? [axes] : [axes, indices.IsFullyDefined ? indices.ElementCount : -1]);
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
