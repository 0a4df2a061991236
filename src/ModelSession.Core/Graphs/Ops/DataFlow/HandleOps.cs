namespace ModelSessions.Graphs.Ops;

/// <summary>Handles of queues, readers, datasets and iterators, and what is told of them.</summary>
internal static class HandleOps
{
    private static readonly string[] s_scalars =
    [
        "AccumulatorNumAccumulated", "BatchDatasetV2", "CacheDataset", "ConcatenateDataset", "FIFOQueueV2", "FilterDataset",
        "FixedLengthRecordReaderV2", "FlatMapDataset", "IdentityReaderV2", "InterleaveDataset", "IteratorGetNextAsOptional",
        "IteratorToStringHandle", "IteratorV2", "MapAndBatchDataset", "MapDataset", "OneShotIterator",
        "OptionsDataset", "PaddedBatchDatasetV2", "PaddingFIFOQueueV2", "ParallelMapDatasetV2", "PrefetchDataset", "PriorityQueueV2",
        "QueueIsClosed", "QueueIsClosedV2", "QueueSize", "QueueSizeV2", "RandomShuffleQueueV2", "RangeDataset",
        "ReaderNumRecordsProducedV2", "ReaderRead", "ReaderReadV2", "RepeatDataset", "ShardDataset", "ShuffleAndRepeatDataset",
        "ShuffleDataset", "SkipDataset", "TFRecordReaderV2", "TakeDataset", "TakeWhileDataset", "TensorDataset", "TensorSliceDataset",
        "TextLineReaderV2", "UnbatchDataset", "WholeFileReaderV2", "WindowDataset", "ZipDataset",
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

        ops.Define("IteratorGetNext", FromOutputShapes);
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
