namespace ModelSessions.Graphs.Ops;

/// <summary>Handles of queues and readers, and what is told of them.</summary>
internal static class HandleOps
{
    private static readonly string[] s_scalars =
    [
        "AccumulatorNumAccumulated", "FIFOQueueV2", "FixedLengthRecordReaderV2", "IdentityReaderV2", "PaddingFIFOQueueV2",
        "PriorityQueueV2", "QueueIsClosed", "QueueIsClosedV2", "QueueSize", "QueueSizeV2", "RandomShuffleQueueV2",
        "ReaderNumRecordsProducedV2", "ReaderRead", "ReaderReadV2", "TFRecordReaderV2", "TextLineReaderV2", "WholeFileReaderV2",
    ];

    // Of old, a handle was two strings: container and name.
    private static readonly string[] s_pairs = ["FIFOQueue", "PaddingFIFOQueue", "RandomShuffleQueue"];

    public static void Define(OpTable ops)
    {
        foreach (string type in s_scalars)
        {
            ops.Define(type, Shapes.Scalar);
        }

        foreach (string type in s_pairs)
        {
            ops.Define(type, c => c.Outputs([2]));
        }
    }

    /// <summary>The shapes that the attribute <c>output_shapes</c> states.</summary>
    internal static void FromOutputShapes(ShapeContext c)
    {
        var shapes = c.Operation.Attributes["output_shapes"].List.Shape;
        for (int i = 0; i < c.OutputCount && i < shapes.Count; i++)
        {
            c.Output(i, Shape.FromProto(shapes[i]));
        }
    }
}
