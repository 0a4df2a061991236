using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Datasets that call functions for their elements. Where TensorFlow calls in parallel, the order is the same here.</summary>
internal static class DatasetFunctionKernels
{
    public static void Register(KernelTable table)
    {
        table.AddDataset("ExperimentalMapDataset", Map);
        table.AddDataset("FilterDataset", a => new FilterDataset(a.Input, Predicate(a)));
        table.AddDataset("FlatMapDataset", a => new FlatMapDataset(a.Input, F(a), a.Types, a.Shapes));
        table.AddDataset("GeneratorDataset", Generator);
        table.AddBoth("GroupByReducerDataset", GroupByReducer);
        table.AddBoth("GroupByWindowDataset", GroupByWindow);
        table.AddDataset("InterleaveDataset", Interleave);
        table.AddDataset("LegacyParallelInterleaveDatasetV2", ParallelInterleave);
        table.AddBoth("MapAndBatchDataset", MapAndBatch);
        table.AddDataset("MapDataset", Map);
        table.AddDataset("ParallelFilterDataset", a => new FilterDataset(a.Input, Predicate(a)));
        table.AddBoth("ParallelInterleaveDataset", ParallelInterleave);
        table.AddDataset("ParallelInterleaveDatasetV2", Interleave);
        table.AddDataset("ParallelInterleaveDatasetV3", Interleave);
        table.AddDataset("ParallelInterleaveDatasetV4", Interleave);
        table.AddDataset("ParallelMapDataset", ParallelMap);
        table.AddDataset("ParallelMapDatasetV2", ParallelMap);
        table.AddBoth("ParseExampleDataset", ParseExampleDataset.Of);
        table.AddDataset("ParseExampleDatasetV2", ParseExampleDataset.Of);
        table.AddBoth("ScanDataset", Scan);
        table.AddBoth("TakeWhileDataset", a => new TakeWhileDataset(a.Input, Predicate(a)));
    }

    private static CapturedFunction F(DatasetArguments a) => a.Function("f", "other_arguments");

    private static CapturedFunction Predicate(DatasetArguments a) => a.Function("predicate", "other_arguments");

    private static MapDataset Map(DatasetArguments a) => new(a.Input, F(a), a.Node.Bool("preserve_cardinality"), a.Types, a.Shapes);

    private static MapDataset ParallelMap(DatasetArguments a)
    {
        CheckCalls(a);
        return Map(a);
    }

    private static ScanDataset Scan(DatasetArguments a) =>
        new(a.Input, a.Tensors("initial_state"), F(a), a.Node.Bool("preserve_cardinality"), a.Types, a.Shapes);

    private static MapAndBatchDataset MapAndBatch(DatasetArguments a)
    {
        CheckCalls(a);
        return new MapAndBatchDataset(
            a.Input, F(a), a.Positive("batch_size", "batch_size"), a.Bool("drop_remainder"), a.Node.Bool("preserve_cardinality"), a.Types, a.Shapes);
    }

    private static InterleaveDataset Interleave(DatasetArguments a)
    {
        long cycle = a.Int("cycle_length"), block = a.Positive("block_length", "`block_length`");
        if (a.Has("num_parallel_calls"))
        {
            CheckCalls(a);
            if (cycle > 0 && a.Int("num_parallel_calls") > cycle)
            {
                throw Failure.Invalid($"`num_parallel_calls` must be -1 or at most `cycle_length`. However, it is {a.Int("num_parallel_calls")} and `cycle_length` is {cycle}.");
            }
        }

        // −1 leaves it to TensorFlow, which takes as many as there are processors.
        cycle = cycle == -1 ? Environment.ProcessorCount : cycle;
        return cycle > 0
            ? new InterleaveDataset(a.Input, F(a), cycle, block, a.Types, a.Shapes)
            : throw Failure.Invalid("`cycle_length` must be > 0");
    }

    private static ParallelInterleaveDataset ParallelInterleave(DatasetArguments a) => new(
        a.Input, F(a), a.Positive("cycle_length", "`cycle_length`"), a.Positive("block_length", "`block_length`"), a.Types, a.Shapes);

    private static GeneratorDataset Generator(DatasetArguments a) => new(
        new GeneratorFunctions(
            a.Function("init_func", "init_func_other_args"),
            a.Function("next_func", "next_func_other_args"),
            a.Function("finalize_func", "finalize_func_other_args")),
        a.Types,
        a.Shapes);

    private static GroupByWindowDataset GroupByWindow(DatasetArguments a) => new(
        a.Input,
        new GroupFunctions(
            a.Function("key_func", "key_func_other_arguments"),
            a.Function("reduce_func", "reduce_func_other_arguments"),
            a.Function("window_size_func", "window_size_func_other_arguments")),
        a.Types,
        a.Shapes);

    private static GroupByReducerDataset GroupByReducer(DatasetArguments a) => new(
        a.Input,
        new ReducerFunctions(
            a.Function("key_func", "key_func_other_arguments"),
            a.Function("init_func", "init_func_other_arguments"),
            a.Function("reduce_func", "reduce_func_other_arguments"),
            a.Function("finalize_func", "finalize_func_other_arguments")),
        a.Types,
        a.Shapes);

    private static void CheckCalls(DatasetArguments a)
    {
        if (a.Int("num_parallel_calls") is not (> 0 or -1))
        {
            throw Failure.Invalid("num_parallel_calls must be greater than zero.");
        }
    }
}
