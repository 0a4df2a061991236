namespace ModelSessions.Graphs.Ops;

/// <summary>Handles of queues, tables, datasets, iterators, lists and arrays, and what is told of them.</summary>
internal static class HandleOps
{
    private static readonly string[] s_scalars =
    [
        "AccumulatorNumAccumulated", "BatchDatasetV2", "CacheDataset", "ConcatenateDataset", "EmptyTensorList", "FIFOQueueV2", "FilterDataset",
        "FixedLengthRecordReaderV2", "FlatMapDataset", "HashTableV2", "IdentityReaderV2", "InterleaveDataset", "IteratorGetNextAsOptional",
        "IteratorToStringHandle", "IteratorV2", "LookupTableSize", "LookupTableSizeV2", "MapAndBatchDataset", "MapDataset",
        "MutableDenseHashTableV2", "MutableHashTableOfTensorsV2", "MutableHashTableV2", "OneShotIterator", "OptionalHasValue", "OptionsDataset",
        "PaddedBatchDatasetV2", "PaddingFIFOQueueV2", "ParallelMapDatasetV2", "PrefetchDataset", "PriorityQueueV2", "QueueIsClosed",
        "QueueIsClosedV2", "QueueSize", "QueueSizeV2", "RandomShuffleQueueV2", "RangeDataset", "ReaderNumRecordsProducedV2", "ReaderRead",
        "ReaderReadV2", "RepeatDataset", "ShardDataset", "ShuffleAndRepeatDataset", "ShuffleDataset", "SkipDataset", "TFRecordReaderV2",
        "TakeDataset", "TakeWhileDataset", "TensorArrayScatterV3", "TensorArraySizeV3", "TensorArraySplitV3", "TensorArrayWriteV3",
        "TensorDataset", "TensorListFromTensor", "TensorListLength", "TensorListPushBack", "TensorListReserve", "TensorListResize",
        "TensorListScatterV2", "TensorListSetItem", "TensorListSplit", "TensorSliceDataset", "TextLineReaderV2", "UnbatchDataset",
        "WholeFileReaderV2", "WindowDataset", "ZipDataset",
    ];

    // Of old, a handle was two strings: container and name.
    private static readonly string[] s_pairs = ["FIFOQueue", "HashTable", "MutableHashTable", "PaddingFIFOQueue", "RandomShuffleQueue", "StackV2"];

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
        ops.Define("StackPushV2", Shapes.SameAsSecondInput);
        ops.Define("TensorArrayGradV3", ArrayShape);
        ops.Define("TensorArrayV3", ArrayShape);
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

    private static void ArrayShape(ShapeContext c)
    {
        c.Output(0, [2]);
        c.Output(1, Shape.Scalar);
    }
}
