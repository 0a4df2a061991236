using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Datasets made from datasets without functions.</summary>
internal static class DatasetTransformKernels
{
    // What only says how TensorFlow is to run a dataset: threads, buffers, statistics, rewriting.
    // By elements: which files there are, and who reads which, a dataset does not tell.
    private static Dataset AutoShard(DatasetArguments a)
    {
        const long off = -1, byFile = 1, byHint = 3;
        long workers = a.Int("num_workers"), index = a.Int("index"), policy = a.Node.Attributes.ContainsKey("auto_shard_policy") ? a.Node.Int("auto_shard_policy") : 0;
        if (workers <= 0 || index < 0 || index >= workers)
        {
            throw Failure.Invalid(workers <= 0 ? "num_workers must be greater than zero." : $"index must be between 0 and {workers - 1}, not {index}");
        }

        return workers == 1 || policy is off or byHint ? a.Input
            : policy != byFile ? new ShardDataset(a.Input, workers, index, requireNonEmpty: false)
            : throw new EngineException(StatusCode.Unimplemented, "Datasets are sharded by their elements here, not by their files. Set auto_shard_policy to DATA or AUTO.");
    }

    private static readonly string[] s_same =
    [
        "AssertNextDataset", "AssertPrevDataset", "BytesProducedStatsDataset", "ExperimentalAssertNextDataset",
        "ExperimentalBytesProducedStatsDataset", "ExperimentalLatencyStatsDataset",
        "ExperimentalMaxIntraOpParallelismDataset", "ExperimentalNonSerializableDataset", "ExperimentalPrivateThreadPoolDataset", "FinalizeDataset",
        "LatencyStatsDataset", "MaxIntraOpParallelismDataset", "ModelDataset", "NonSerializableDataset", "OptimizeDataset", "OptimizeDatasetV2",
        "PrivateThreadPoolDataset", "RewriteDataset",
    ];

    public static void Register(KernelTable table)
    {
        foreach (string op in s_same)
        {
            table.AddDataset(op, a => a.Input);
        }

        table.AddDataset("AssertCardinalityDataset", a => new AssertCardinalityDataset(a.Input, a.Int("cardinality")));
        table.AddBoth("AutoShardDataset", AutoShard);
        table.AddDataset("BatchDataset", a => new BatchDataset(a.Input, BatchSize(a), dropRemainder: false));
        table.AddDataset("BatchDatasetV2", a => new BatchDataset(a.Input, BatchSize(a), a.Bool("drop_remainder")));
        table.AddDataset("CacheDataset", Cache);
        table.AddDataset("CacheDatasetV2", Cache);
        table.AddBoth("ChooseFastestDataset", a => a.Datasets("input_datasets")[0]);
        table.AddDataset("ConcatenateDataset", a => ConcatenateDataset.Of(a.Input, a.Dataset("another_dataset")));
        table.AddBoth("DenseToSparseBatchDataset", a => new DenseToSparseBatchDataset(a.Input, BatchSize(a), a.Ints("row_shape")));
        table.AddBoth("DirectedInterleaveDataset", DirectedInterleave);
        table.AddBoth("IgnoreErrorsDataset", a => new IgnoreErrorsDataset(a.Input));
        table.AddDataset("OptionsDataset", a => new OptionsDataset(a.Input, a.Node.Attributes["serialized_options"].S.ToByteArray()));
        table.AddDataset("PaddedBatchDataset", PaddedBatch);
        table.AddDataset("PaddedBatchDatasetV2", PaddedBatch);
        table.AddDataset("ParallelBatchDataset", a => new BatchDataset(a.Input, BatchSize(a), a.Bool("drop_remainder")));
        table.AddDataset("PrefetchDataset", Prefetch);
        table.AddBoth("RebatchDataset", RebatchDataset.ByReplicas);
        table.AddDataset("RebatchDatasetV2", RebatchDataset.BySizes);
        table.AddDataset("RepeatDataset", a => new RepeatDataset(a.Input, a.Int("count")));
        table.AddDataset("SamplingDataset", a => new SamplingDataset(a.Input, a.Value("rate").Span<float>()[0], SeedKernels.Seeds(a, renews: false)));
        table.AddDataset("ShardDataset", a => new ShardDataset(a.Input, a.Int("num_shards"), a.Int("index"), a.Node.Bool("require_non_empty")));
        table.AddDataset("ShuffleAndRepeatDataset", ShuffleAndRepeat);
        table.AddDataset("ShuffleAndRepeatDatasetV2", ShuffleAndRepeat);
        table.AddDataset("ShuffleDataset", a => Shuffle(a, 1));
        table.AddDataset("ShuffleDatasetV2", a => Shuffle(a, 1));
        table.AddDataset("ShuffleDatasetV3", a => Shuffle(a, 1));
        table.AddDataset("SkipDataset", a => new SkipDataset(a.Input, a.Int("count")));
        table.AddBoth("SleepDataset", a => new SleepDataset(a.Input, a.Int("sleep_microseconds")));
        table.AddBoth("SlidingWindowDataset", SlidingWindow);
        table.AddDataset("TakeDataset", a => new TakeDataset(a.Input, a.Int("count")));
        table.AddBoth("UnbatchDataset", a => new UnbatchDataset(a.Input));
        table.AddBoth("UniqueDataset", a => UniqueDataset.Of(a.Input));
        table.AddDataset("WindowDataset", Window);
        table.AddDataset("ZipDataset", a => new ZipDataset(a.Datasets("input_datasets")));
    }

    private static long BatchSize(DatasetArguments a) => a.Positive("batch_size", "Batch size");

    private static CacheDataset Cache(DatasetArguments a) => a.Text("filename") is { Length: > 0 } file
        ? throw new EngineException(StatusCode.Unimplemented, $"Datasets are cached in memory, not in files ('{file}'): ops of a graph may not write files.")
        : new CacheDataset(a.Input, SeedKernels.Cache(a));

    private static DirectedInterleaveDataset DirectedInterleave(DatasetArguments a) => new(
        a.Dataset("selector_input_dataset"),
        a.Datasets("data_input_datasets"),
        a.Node.Attributes.TryGetValue("stop_on_empty_dataset", out var stops) && stops.B);

    private static PaddedBatchDataset PaddedBatch(DatasetArguments a)
    {
        Shape[] shapes = [.. a.Tensors("padded_shapes").Select(PaddedShape)];
        bool dropRemainder = a.Has("drop_remainder") && a.Bool("drop_remainder");
        return new PaddedBatchDataset(a.Input, BatchSize(a), shapes, a.Tensors("padding_values"), dropRemainder);
    }

    private static Shape PaddedShape(Tensor sizes) => sizes.Shape.Rank != 1
        ? throw Failure.Invalid("All padded shapes must be vectors")
        : sizes.Span<long>().ContainsAnyInRange(long.MinValue, -2)
            ? throw Failure.Invalid($"A padded shape has sizes of at least -1, not [{string.Join(", ", sizes.Span<long>().ToArray())}].")
            : new Shape(sizes.Span<long>());

    private static Dataset Prefetch(DatasetArguments a) => a.Int("buffer_size") >= -1
        ? a.Input
        : throw Failure.Invalid("buffer_size must be >= 0 or set buffer_size to be -1 for auto-tuning");

    private static ShuffleDataset Shuffle(DatasetArguments a, long count) => new(
        a.Input, a.Positive("buffer_size", "buffer_size"), SeedKernels.Seeds(a, !a.Node.Attributes.TryGetValue("reshuffle_each_iteration", out var reshuffle) || reshuffle.B), count);

    private static ShuffleDataset ShuffleAndRepeat(DatasetArguments a) => a.Int("count") is > 0 or -1
        ? Shuffle(a, a.Int("count"))
        : throw Failure.Invalid("count must be greater than zero or equal to -1.");

    private static SlidingWindowDataset SlidingWindow(DatasetArguments a) => new(a.Input, new WindowPlacement(
        a.Positive("window_size", "Window size"),
        a.Positive("window_shift", "Window shift"),
        a.Positive("window_stride", "Window stride"),
        !a.Node.Attributes.TryGetValue("drop_remainder", out var drops) || drops.B));

    private static WindowDataset Window(DatasetArguments a) => new(a.Input, new WindowPlacement(
        a.Positive("size", "Window size"), a.Positive("shift", "Window shift"), a.Positive("stride", "Window stride"), a.Bool("drop_remainder")));
}
