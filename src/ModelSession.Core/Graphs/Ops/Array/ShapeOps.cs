namespace ModelSessions.Graphs.Ops;

/// <summary>Shapes, ranks and sizes as values.</summary>
internal static class ShapeOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("Rank", Shapes.Scalar, c => c.SetValue(0, c.Input(0).HasRank ? PartialValue.Scalar(c.Input(0).Rank) : null));
        ops.DefineStop("Shape", c => c.Output(0, [c.Input(0).Rank]), c => c.SetValue(0, PartialValue.Of(c.Input(0))));
        ops.DefineStop("ShapeN", ShapeNShape, ShapeNValue);
        ops.DefineStop("Size", Shapes.Scalar, c => c.SetValue(0, c.Input(0).IsFullyDefined ? PartialValue.Scalar(c.Input(0).ElementCount) : null));
    }

    private static void ShapeNShape(ShapeContext c)
    {
        for (int i = 0; i < c.OutputCount; i++)
        {
            c.Output(i, [c.Input(i).Rank]);
        }
    }

    private static void ShapeNValue(ShapeContext c)
    {
        for (int i = 0; i < c.OutputCount; i++)
        {
            c.SetValue(i, PartialValue.Of(c.Input(i)));
        }
    }
}
