namespace ModelSessions.Graphs.Ops;

/// <summary>Datasets and iterators: all are handles, scalars; what comes out of them has the shapes that attributes state.</summary>
internal static class DatasetOps
{
    // Their inputs must be scalars, as far as these are numbers or texts, but for those that are named below.
    private static readonly string[] s_checked =
    [
        "AssertCardinalityDataset", "AssertNextDataset", "AssertPrevDataset", "BatchDataset", "BatchDatasetV2",
        "BytesProducedStatsDataset", "CSVDataset", "CSVDatasetV2", "CacheDataset", "CacheDatasetV2", "DenseToSparseBatchDataset",
        "ExperimentalAssertNextDataset", "ExperimentalBytesProducedStatsDataset", "ExperimentalCSVDataset",
        "ExperimentalDenseToSparseBatchDataset", "ExperimentalLatencyStatsDataset", "ExperimentalMapAndBatchDataset",
        "ExperimentalMatchingFilesDataset", "ExperimentalRandomDataset", "ExperimentalSleepDataset", "ExperimentalSlidingWindowDataset",
        "FixedLengthRecordDataset", "FixedLengthRecordDatasetV2", "LatencyStatsDataset", "MapAndBatchDataset", "MatchingFilesDataset",
        "PaddedBatchDataset", "PaddedBatchDatasetV2", "ParallelBatchDataset", "PrefetchDataset", "RandomDataset", "RandomDatasetV2",
        "RangeDataset", "RepeatDataset", "SamplingDataset", "ShardDataset", "ShuffleAndRepeatDataset", "ShuffleAndRepeatDatasetV2",
        "ShuffleDataset", "ShuffleDatasetV2", "ShuffleDatasetV3", "SkipDataset", "SleepDataset", "SlidingWindowDataset",
        "TFRecordDataset", "TFRecordDatasetV2", "TakeDataset", "TextLineDataset", "WindowDataset",
    ];

    private static readonly string[] s_unchecked =
    [
        "AnonymousIterator", "AnonymousIteratorV2", "AnonymousIteratorV3", "AnonymousMemoryCache", "AnonymousRandomSeedGenerator",
        "AnonymousSeedGenerator", "AutoShardDataset", "ChooseFastestBranchDataset", "ChooseFastestDataset", "ConcatenateDataset",
        "DatasetCardinality", "DirectedInterleaveDataset", "DummyIterationCounter", "DummyMemoryCache", "DummySeedGenerator",
        "ExperimentalAutoShardDataset", "ExperimentalChooseFastestDataset", "ExperimentalDatasetCardinality",
        "ExperimentalDirectedInterleaveDataset", "ExperimentalGroupByReducerDataset", "ExperimentalGroupByWindowDataset",
        "ExperimentalIgnoreErrorsDataset", "ExperimentalIteratorGetDevice", "ExperimentalMapDataset",
        "ExperimentalMaxIntraOpParallelismDataset", "ExperimentalNonSerializableDataset", "ExperimentalParallelInterleaveDataset",
        "ExperimentalParseExampleDataset", "ExperimentalPrivateThreadPoolDataset", "ExperimentalRebatchDataset",
        "ExperimentalScanDataset", "ExperimentalTakeWhileDataset", "ExperimentalUnbatchDataset", "ExperimentalUniqueDataset",
        "FilterDataset", "FinalizeDataset", "FlatMapDataset", "GeneratorDataset", "GetOptions", "GroupByReducerDataset",
        "GroupByWindowDataset", "IgnoreErrorsDataset", "InterleaveDataset", "Iterator", "IteratorFromStringHandle",
        "IteratorFromStringHandleV2", "IteratorGetDevice", "IteratorGetNextAsOptional", "IteratorToStringHandle", "IteratorV2",
        "LegacyParallelInterleaveDatasetV2", "ListDataset", "MapDataset", "MaxIntraOpParallelismDataset", "ModelDataset",
        "NonSerializableDataset", "OneShotIterator", "OptimizeDataset", "OptimizeDatasetV2", "OptionsDataset", "ParallelFilterDataset",
        "ParallelInterleaveDataset", "ParallelInterleaveDatasetV2", "ParallelInterleaveDatasetV3", "ParallelInterleaveDatasetV4",
        "ParallelMapDataset", "ParallelMapDatasetV2", "ParseExampleDataset", "ParseExampleDatasetV2", "PrivateThreadPoolDataset",
        "RebatchDataset", "RebatchDatasetV2", "RewriteDataset", "ScanDataset", "SparseTensorSliceDataset", "TakeWhileDataset",
        "TensorDataset", "TensorSliceDataset", "UnbatchDataset", "UniqueDataset", "UnwrapDatasetVariant", "WrapDatasetVariant",
        "ZipDataset",
    ];

    public static void Define(OpTable ops)
    {
        foreach (string type in s_checked)
        {
            ops.Define(type, Checked);
        }

        foreach (string type in s_unchecked)
        {
            ops.Define(type, Shapes.Scalar);
        }

        ops.Define("DatasetToSingleElement", FromScalarHandle);
        ops.Define("IteratorGetNext", FromScalarHandle);
        ops.Define("IteratorGetNextSync", FromScalarHandle);
        ops.Define("ReduceDataset", FromScalarHandle);
    }

    private static void Checked(ShapeContext c)
    {
        int[] lengths = OpSignature.ArgumentLengths(c.Operation.Schema, c.Operation.Attributes, c.InputCount, c.Operation.Name);
        int at = 0;
        for (int i = 0; i < lengths.Length; at += lengths[i++])
        {
            var argument = c.Operation.Schema.Definition.InputArg[i];
            bool isList = argument.NumberAttr.Length + argument.TypeListAttr.Length > 0;
            switch (argument.Name)
            {
                case "byte_offsets" or "filenames" or "patterns" or "record_defaults":
                    CheckAtMostVectors(c, at, lengths[i]);
                    break;
                case "exclude_cols" or "row_shape" or "select_cols" or "transformations":
                    c.Input(at, 1);
                    break;
                default:
                    if (!isList && c.Operation.Inputs[at].DType != DType.Variant)
                    {
                        c.Input(at, 0);
                    }

                    break;
            }
        }

        c.Outputs(Shape.Scalar);
    }

    private static void CheckAtMostVectors(ShapeContext c, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            if (c.Input(i).Rank > 1)
            {
                throw c.Error($"input {i} '{c.Operation.Inputs[i].Name}' has the shape {c.Input(i)}; it must be a scalar or a vector.");
            }
        }
    }

    private static void FromScalarHandle(ShapeContext c)
    {
        c.Input(0, 0);
        int types = c.Operation.DTypeList("output_types").Count, shapes = c.Operation.ShapeList("output_shapes").Count;
        if (types != shapes)
        {
            throw c.Error($"`output_shapes` must be the same length as `output_types` ({shapes} vs. {types})");
        }

        Shapes.FromOutputShapes(c);
    }
}
