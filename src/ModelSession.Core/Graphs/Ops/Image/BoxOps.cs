namespace ModelSessions.Graphs.Ops;

/// <summary>Boxes in images.</summary>
internal static class BoxOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("CombinedNonMaxSuppression", CombinedShape);
        ops.Define("DrawBoundingBoxes", DrawShape);
        ops.Define("DrawBoundingBoxesV2", DrawShape);
        ops.DefineStop("NonMaxSuppression", SelectionShape);
        ops.DefineStop("NonMaxSuppressionV2", SelectionShape);
        ops.Define("NonMaxSuppressionV3", SelectionShape);
        ops.Define("NonMaxSuppressionV4", PaddedShape);
        ops.Define("NonMaxSuppressionV5", PaddedShape);
        ops.DefineStop("NonMaxSuppressionWithOverlaps", OverlapShape);
        ops.DefineStop("SampleDistortedBoundingBox", SampleShape);
        ops.DefineStop("SampleDistortedBoundingBoxV2", SampleShape);
        ops.Define("StatelessSampleDistortedBoundingBox", SampleShape);
    }

    private static void DrawShape(ShapeContext c)
    {
        c.Output(0, c.InputAtLeast(0, 3));
    }

    private static void CheckBoxes(ShapeContext c)
    {
        Shape boxes = c.Input(0, 2), scores = c.Input(1, 1);
        c.MergeSize(boxes[0], scores[0]);
        c.MergeSize(boxes[1], 4);
    }

    private static void CheckScalars(ShapeContext c)
    {
        for (int i = 2; i < c.InputCount; i++)
        {
            c.Input(i, 0);
        }
    }

    private static void SelectionShape(ShapeContext c)
    {
        CheckBoxes(c);
        CheckScalars(c);
        c.Output(0, Shape.OfRank(1));
    }

    private static void OverlapShape(ShapeContext c)
    {
        Shape overlaps = c.Input(0, 2), scores = c.Input(1, 1);
        c.MergeSize(c.MergeSize(overlaps[0], scores[0]), overlaps[1]);
        CheckScalars(c);
        c.Output(0, Shape.OfRank(1));
    }

    // The last output is the number of boxes; those before it have one length.
    private static void PaddedShape(ShapeContext c)
    {
        CheckBoxes(c);
        CheckScalars(c);
        long count = c.Flag("pad_to_max_output_size") && c.TryScalar(2, out long most) ? most : -1;
        for (int i = 0; i < c.OutputCount - 1; i++)
        {
            c.Output(i, [count]);
        }

        c.Output(c.OutputCount - 1, Shape.Scalar);
    }

    private static void CombinedShape(ShapeContext c)
    {
        Shape boxes = c.Input(0, 4), scores = c.Input(1, 3);
        long batch = c.MergeSize(boxes[0], scores[0]), count = c.TryScalar(3, out long total) ? total : -1;
        c.MergeSize(boxes[3], 4);
        if (count >= 0 && c.Flag("pad_per_class"))
        {
            count = c.TryScalar(2, out long perClass) && scores[2] >= 0 ? Math.Min(count, perClass * scores[2]) : -1;
        }

        c.Output(0, [batch, count, 4]);
        c.Output(1, [batch, count]);
        c.Output(2, [batch, count]);
        c.Output(3, [batch]);
    }

    private static void SampleShape(ShapeContext c)
    {
        c.MergeSize(c.Input(0, 1)[0], 3);
        c.MergeSize(c.Input(1, 3)[2], 4);
        c.Output(0, [3]);
        c.Output(1, [3]);
        c.Output(2, [1, 1, 4]);
    }
}
