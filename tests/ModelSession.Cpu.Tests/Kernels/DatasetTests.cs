using ModelSessions.Protos;

namespace ModelSessions.Tests.Kernels;

/// <summary>Datasets and iterators. Expected elements and codes are those of TensorFlow 2.16.</summary>
public sealed class DatasetTests
{
    private const string N = DatasetRun.Numbers;

    // Fails for 2.
    private static readonly FunctionDef s_inverse = FlowText.Function("inverse", "x:int64", "y:int64=div:z:0", """
        ten Const value=l:10
        two Const value=l:2
        less Sub x two:output:0
        div FloorDiv ten:output:0 less:z:0
        """);

    private static readonly FunctionDef s_modulo = FlowText.Function("modulo", "x:int64", "y:int64=mod:z:0", "three Const value=l:3\nmod FloorMod x three:output:0");

    private static readonly FunctionDef s_never = FlowText.Function("never", "x:int64", "y:bool=no:output:0", "no Const value=b:false");

    // x elements from ten times x on.
    private static readonly FunctionDef s_some = FlowText.Function("some", "x:int64", "y:variant=range:handle:0", $"""
        one Const value=l:1
        ten Const value=l:10
        first Mul x ten:output:0
        last AddV2 first:z:0 x
        range RangeDataset first:z:0 last:z:0 one:output:0 {N}
        """);

    [Theory]
    [InlineData("small", "six", 1, 2, true, 2, "0 2 1 3 5 4 1 0 2 3 4 5")]
    [InlineData("six", "six", 1, 2, true, 2, "4 5 2 0 1 3 1 0 2 3 4 5")]
    [InlineData("large", "six", 1, 2, false, 2, "5 1 4 0 3 2 5 1 4 0 3 2")]
    [InlineData("three", "six", 0, 7, false, 1, "2 3 4 5 1 0")]
    [InlineData("four", "five", -3, 1L << 40, true, 3, "3 2 0 4 1 1 2 0 4 3 3 1 0 4 2")]
    public void Shuffled_elements_come_in_the_order_of_their_seeds(string buffer, string count, long seed, long seed2, bool again, int epochs, string expected)
    {
        using DatasetRun run = new($"""
            small Const value=l:2
            five Const value=l:5
            six Const value=l:6
            large Const value=l:100
            seed Const value=l:{seed}
            seed2 Const value=l:{seed2}
            epochs Const value=l:{epochs}
            first TakeDataset numbers {count} {N}
            shuffled ShuffleDataset first {buffer} seed seed2 reshuffle_each_iteration={(again ? "true" : "false")} {N}
            data RepeatDataset shuffled epochs {N}
            """);

        Assert.Equal(expected, run.All());
        Assert.Equal(expected, run.All());
    }

    [Fact]
    public void Epochs_of_shuffle_and_repeat_do_not_mix_however_large_the_buffer()
    {
        using DatasetRun run = new($"""
            first TakeDataset numbers three {N}
            data ShuffleAndRepeatDataset first four one two minus {N}
            """);

        Assert.Equal("1 2 0 1 0 2 1 2 0 0 1 2", run.All(12));
    }

    [Fact]
    public void A_shuffled_dataset_that_stands_in_two_places_has_two_states()
    {
        using DatasetRun run = new($"""
            first TakeDataset numbers three {N}
            shuffled ShuffleDataset first ten one two {N}
            data ZipDataset shuffled shuffled N=2 output_types=[int64,int64] output_shapes=<|>
            """, "output_types=[int64,int64] output_shapes=<|>");

        run.Start();
        Assert.All(run.Rest(), pair => Assert.Equal(pair.Split(' ')[0], pair.Split(' ')[1]));
    }

    [Theory]
    [InlineData("data RandomDataset one two", 4, "3878945999 2364392915 1057429302 168492509")]
    [InlineData("rate Const value=f:0.4\ndouble ConcatenateDataset numbers numbers output_types=[int64] output_shapes=<>\ndata SamplingDataset double rate one two", 20, "2 3 5 7 9 0 1 2")]
    [InlineData("none TakeDataset numbers zero output_types=[int64] output_shapes=<>\ndata RepeatDataset none minus", 5, "")]
    [InlineData("data RepeatDataset numbers minus", 12, "0 1 2 3 4 5 6 7 8 9 0 1")]
    [InlineData("data ShardDataset numbers four two", 12, "2 6")]
    [InlineData("data AutoShardDataset numbers three one", 12, "1 4 7")]
    [InlineData("data AutoShardDataset numbers three one auto_shard_policy=2", 12, "1 4 7")]
    [InlineData("data AutoShardDataset numbers three one auto_shard_policy=-1", 12, "0 1 2 3 4 5 6 7 8 9")]
    [InlineData("data AutoShardDataset numbers one zero", 3, "0 1 2")]
    [InlineData("data SkipDataset numbers minus", 12, "")]
    [InlineData("data TakeDataset numbers minus", 12, "0 1 2 3 4 5 6 7 8 9")]
    [InlineData("data MapDataset numbers f=&inverse Targuments=[]", 6, "-5 -10 InvalidArgument 10 5 3")]
    [InlineData("mapped MapDataset numbers f=&inverse Targuments=[] output_types=[int64] output_shapes=<>\ndata IgnoreErrorsDataset mapped", 4, "-5 -10 10 5")]
    [InlineData("mapped MapDataset numbers f=&inverse Targuments=[] output_types=[int64] output_shapes=<>\ndata SkipDataset mapped four", 4, "InvalidArgument 2 1 1")]
    [InlineData("data FlatMapDataset numbers f=&some Targuments=[]", 7, "10 20 21 30 31 32 40")]
    [InlineData("data InterleaveDataset numbers two one f=&some Targuments=[]", 10, "10 20 21 30 31 40 32 41 42 50")]
    [InlineData("data InterleaveDataset numbers three two f=&some Targuments=[]", 10, "10 20 21 30 31 40 41 32 42 43")]
    [InlineData("mod MapDataset numbers f=&modulo Targuments=[] output_types=[int64] output_shapes=<>\ndata UniqueDataset mod", 10, "0 1 2")]
    public void A_dataset_gives_the_elements_that_TensorFlow_gives(string text, int most, string expected)
    {
        using DatasetRun run = new($"{text} {N}", functions: [s_inverse, s_modulo, s_some]);

        Assert.Equal(expected, run.All(most));
    }

    [Theory]
    [InlineData("three", "two", "one", "no", "[0,1,2] [2,3,4] [4,5,6] [6,7,8] [8,9]")]
    [InlineData("three", "two", "two", "no", "[0,2,4] [2,4,6] [4,6,8] [6,8] [8]")]
    [InlineData("three", "two", "two", "yes", "[0,2,4] [2,4,6] [4,6,8]")]
    [InlineData("two", "four", "one", "no", "[0,1] [4,5] [8,9]")]
    [InlineData("large", "one", "large", "yes", "")]
    public void Windows_stand_by_shift_and_stride(string size, string shift, string stride, string drop, string expected)
    {
        FunctionDef batch = FlowText.Function("batch", "x:variant", "y:variant=b:handle:0", """
            ten Const value=l:10
            no Const value=b:false
            b BatchDatasetV2 x ten:output:0 no:output:0 output_types=[int64] output_shapes=<-1>
            """);
        using DatasetRun run = new($"""
            large Const value=l:{long.MaxValue}
            windows WindowDataset numbers {size} {shift} {stride} {drop} output_types=[variant] output_shapes=<>
            data FlatMapDataset windows f=&batch Targuments=[] output_types=[int64] output_shapes=<-1>
            """, "output_types=[int64] output_shapes=<-1>", functions: [batch]);

        Assert.Equal(expected, run.All());
    }

    [Theory]
    [InlineData("BatchDatasetV2 numbers four no", "[0,1,2,3] [4,5,6,7] [8,9]")]
    [InlineData("BatchDatasetV2 numbers four yes", "[0,1,2,3] [4,5,6,7]")]
    [InlineData("BatchDatasetV2 numbers huge no", "[0,1,2,3,4,5,6,7,8,9]")]
    [InlineData("BatchDataset numbers zero", "InvalidArgument")]
    [InlineData("MapAndBatchDataset numbers four one no f=&inverse Targuments=[]", "InvalidArgument [5,3,2,2] [1,1]")]
    [InlineData("BatchDatasetV2 mapped four no", "InvalidArgument [5,3,2,2] [1,1]")]
    [InlineData("BatchDatasetV2 filtered four no", "InvalidArgument [10,5,3,2] [2,1,1]")]
    [InlineData("GroupByWindowDataset numbers key_func=&modulo reduce_func=&group window_size_func=&size Tkey_func_other_arguments=[] Treduce_func_other_arguments=[] Twindow_size_func_other_arguments=[]", "[0,3,6] [1,4,7] [2,5,8] [9]")]
    public void A_batch_is_made_of_what_there_is(string node, string expected)
    {
        FunctionDef group = FlowText.Function("group", "key:int64 x:variant", "y:variant=b:handle:0", """
            ten Const value=l:10
            no Const value=b:false
            b BatchDatasetV2 x ten:output:0 no:output:0 output_types=[int64] output_shapes=<-1>
            """);
        FunctionDef size = FlowText.Function("size", "key:int64", "y:int64=three:output:0", "three Const value=l:3");
        FunctionDef always = FlowText.Function("always", "x:int64", "y:bool=yes:output:0", "yes Const value=b:true");
        using DatasetRun run = new($"""
            huge Const value=l:{1L << 40}
            mapped MapDataset numbers f=&inverse Targuments=[] {N}
            filtered FilterDataset mapped predicate=&always Targuments=[] {N}
            data {node} output_types=[int64] output_shapes=<-1>
            """, "output_types=[int64] output_shapes=<-1>", functions: [s_inverse, s_modulo, group, size, always]);

        string found;
        try
        {
            found = run.All();
        }
        catch (EngineException e)
        {
            found = e.Code.ToString();
        }

        Assert.Equal(expected, found);
    }

    [Fact]
    public void A_function_with_a_state_starts_anew_with_the_iterator()
    {
        FunctionDef random = FlowText.Function("random", "x:int64", "y:float=u:output:0", """
            shape Const value=i:0
            none Shape shape:output:0
            u RandomUniform none:output:0 T=int32 dtype=float seed=1 seed2=2
            """);
        using DatasetRun run = new(
            $"data MapDataset numbers f=&random Targuments=[] output_types=[float] output_shapes=<0>", "output_types=[float] output_shapes=<0>", functions: [random]);

        Assert.Equal(run.All(), run.All());
    }

    [Fact]
    public void An_iterator_wants_to_be_started_and_then_ends()
    {
        using DatasetRun run = new($"data TakeDataset numbers one {N}");

        EngineException e = Assert.Throws<EngineException>(() => run.Next());
        Assert.Equal((StatusCode.FailedPrecondition, "next"), (e.Code, e.Node));
        run.Start();
        run.Next();
        for (int i = 0; i < 2; i++)
        {
            e = Assert.Throws<EngineException>(() => run.Next());
            Assert.Equal(StatusCode.OutOfRange, e.Code);
            Assert.Contains("End of sequence", e.Message);
        }
    }

    [Theory]
    [InlineData("output_types=[float] output_shapes=<>")]
    [InlineData("output_types=[int64] output_shapes=<3>")]
    [InlineData("output_types=[int64,int64] output_shapes=<|>")]
    public void An_iterator_takes_only_elements_of_its_own_types_and_shapes(string components)
    {
        using DatasetRun run = new($"data TakeDataset numbers one {N}", components);

        EngineException e = Assert.Throws<EngineException>(run.Start);
        Assert.Equal((StatusCode.InvalidArgument, "start"), (e.Code, e.Node));
    }

    [Theory]
    [InlineData("endless RepeatDataset numbers minus {0}\ndata FilterDataset endless predicate=&never Targuments=[] {0}")]
    [InlineData("large Const value=l:9000000000000000000\nendless RepeatDataset numbers minus {0}\ndata SkipDataset endless large {0}")]
    [InlineData("large Const value=l:9000000000000000000\nnone TakeDataset numbers zero {0}\ndata RepeatDataset none large {0}")]
    public void A_search_without_end_can_be_cancelled(string text)
    {
        using DatasetRun run = new(text.Replace("{0}", N, StringComparison.Ordinal), functions: [s_never]);
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(100));

        run.Start();

        Assert.ThrowsAny<OperationCanceledException>(() => run.Next(cancel.Token));
    }

    [Theory]
    [InlineData("BatchDatasetV2 endless huge no")]
    [InlineData("PaddedBatchDatasetV2 pairs two large zero no N=1 Toutput_types=[int64]")]
    [InlineData("ShuffleDataset endless huge one two")]
    [InlineData("CacheDataset endless file")]
    [InlineData("SlidingWindowDataset endless huge one one")]
    public void What_is_gathered_without_end_ends_with_the_memory(string node)
    {
        string components = node[0] switch { 'S' when node[1] == 'h' => N, 'C' => N, 'P' => "output_types=[int64] output_shapes=<-1,-1>", _ => "output_types=[int64] output_shapes=<-1>" };
        using DatasetRun run = new(
            $"""
            huge Const value=l:{1L << 40}
            large ExpandDims huge zero
            file Const value=s:
            endless RepeatDataset numbers minus {N}
            pairs BatchDatasetV2 numbers two no output_types=[int64] output_shapes=<-1>
            data {node} {components}
            """,
            components,
            memory: 1 << 20);

        run.Start();
        EngineException e = Assert.Throws<EngineException>(() =>
        {
            for (int i = 0; i < 1 << 20; i++)
            {
                run.Next();
            }
        });

        Assert.Equal(StatusCode.ResourceExhausted, e.Code);
    }

    [Fact]
    public void Datasets_on_datasets_do_not_end_the_process()
    {
        string[] chain = [.. Enumerable.Range(0, 2000).Select(i => $"{(i == 1999 ? "data" : $"d{i}")} TakeDataset {(i == 0 ? "numbers" : $"d{i - 1}")} four {N}")];
        using DatasetRun run = new(string.Join('\n', chain));
        EngineException? failure = null;
        Thread small = new(() => failure = Assert.Throws<EngineException>(run.Start), maxStackSize: 1 << 17);

        small.Start();
        small.Join();

        Assert.Equal(StatusCode.ResourceExhausted, failure?.Code);
    }

    [Fact]
    public void Files_are_read_only_where_that_is_allowed()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string path = Path.Combine(folder, "lines.txt");
            File.WriteAllText(path, "one\r\n\nthree");
            string text = $"""
                file Const value=s:{path}
                plain Const value=s:
                data TextLineDataset file plain zero
                """;
            const string components = "output_types=[string] output_shapes=<>";
            using DatasetRun refused = new(text, components), allowed = new(text, components, new FilePermissions { ReadFolders = [folder] });

            Assert.Equal(["PermissionDenied"], Rest(refused, 1));
            Assert.Equal(["one", "", "three"], Rest(allowed, 9));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Runs_at_the_same_time_share_the_elements()
    {
        using DatasetRun run = new($"""
            many Const value=l:500
            data RangeDataset zero many one {N}
            """);
        run.Start();

        string[][] parts = new string[2][];
        Parallel.For(0, 2, i => parts[i] = run.Rest(400));

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), parts.SelectMany(part => part).OrderBy(int.Parse));
    }

    private static string[] Rest(DatasetRun run, int most)
    {
        run.Start();
        return run.Rest(most);
    }
}
