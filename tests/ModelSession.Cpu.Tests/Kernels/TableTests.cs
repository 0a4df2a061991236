namespace ModelSessions.Tests.Kernels;

/// <summary>Lookup tables. Codes of expected errors are those of TensorFlow's kernels.</summary>
public sealed class TableTests
{
    private const string Fixed = """
        table HashTableV2 key_dtype=int32 value_dtype=float shared_name=t
        same HashTableV2 key_dtype=int32 value_dtype=float shared_name=t
        other HashTableV2 key_dtype=int32 value_dtype=int32 shared_name=t
        keys Placeholder dtype=int32
        values Placeholder dtype=float
        none Const value=f:-1
        init InitializeTableV2 table keys values
        find LookupTableFindV2 same keys none
        clash LookupTableSizeV2 other
        """;

    private static (string, Tensor)[] Pairs(int[] keys, params float[] values) => [("keys:0", Tensor.From<int>(keys)), ("values:0", Tensor.From<float>(values))];

    [Fact]
    public void Nodes_with_one_shared_name_share_the_table()
    {
        using CpuRun run = new(Fixed);

        run.Target("init", Pairs([1, 2], 10, 20));

        Assert.Equal([20f, -1f], run.Fetch("find:0", ("keys:0", Tensor.From(2, 3))).Span<float>());
        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<EngineException>(() => run.Fetch("clash:0")).Code);
    }

    [Fact]
    public void A_fixed_table_is_filled_before_it_is_read_and_only_once_with_other_values()
    {
        using CpuRun run = new(Fixed);

        EngineException early = Assert.Throws<EngineException>(() => run.Fetch("find:0", ("keys:0", Tensor.From(2))));
        run.Target("init", Pairs([1, 2], 10, 20));
        run.Target("init", Pairs([2, 1], 20, 10));
        EngineException again = Assert.Throws<EngineException>(() => run.Target("init", Pairs([1, 2], 10, 21)));

        Assert.Equal((StatusCode.FailedPrecondition, StatusCode.FailedPrecondition), (early.Code, again.Code));
        Assert.Equal([10f], run.Fetch("find:0", ("keys:0", Tensor.From(1))).Span<float>());
    }

    [Fact]
    public void Sessions_have_tables_of_their_own()
    {
        Graph graph = FlowText.Parse(Fixed);
        using CpuRun first = new(graph), second = new(graph);

        first.Target("init", Pairs([1], 10));

        Assert.Throws<EngineException>(() => second.Fetch("find:0", ("keys:0", Tensor.From(1))));
    }

    [Fact]
    public void A_changing_table_forgets_removed_keys_and_imports_in_place_of_what_it_had()
    {
        using CpuRun run = new("""
            table MutableHashTableV2 key_dtype=int32 value_dtype=float
            keys Placeholder dtype=int32
            values Placeholder dtype=float
            none Const value=f:-1
            insert LookupTableInsertV2 table keys values
            import LookupTableImportV2 table keys values
            remove LookupTableRemoveV2 table keys
            find LookupTableFindV2 table keys none
            export LookupTableExportV2 table Tkeys=int32 Tvalues=float
            """);

        run.Target("insert", Pairs([1, 2, 1], 10, 20, 11));
        run.Target("remove", ("keys:0", Tensor.From(2, 7)));
        Assert.Equal([11f, -1f], run.Fetch("find:0", ("keys:0", Tensor.From(1, 2))).Span<float>());

        run.Target("import", Pairs([5], 50));
        Assert.Equal([5], run.Fetch("export:0").Span<int>());
        Assert.Equal([50f], run.Fetch("export:1").Span<float>());
    }

    [Fact]
    public void A_file_is_read_only_where_the_owner_of_the_session_allows_it()
    {
        string folder = Directory.CreateTempSubdirectory("tables-").FullName, path = Path.Combine(folder, "inside", "words.txt");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "cat\r\ndog\r\n");
            const string graph = """
                table HashTableV2 key_dtype=string value_dtype=int64
                path Placeholder dtype=string
                init InitializeTableFromTextFileV2 table path key_index=-2 value_index=-1
                words Placeholder dtype=string
                find LookupTableFindV2 table words none
                none Placeholder dtype=int64
                """;
            (string, Tensor) name = ("path:0", Tensor.Scalar(path));
            using CpuRun locked = new(graph), elsewhere = new(graph, Allow(Path.Combine(folder, "in"))), allowed = new(graph, Allow(folder));

            Assert.Equal(StatusCode.PermissionDenied, Assert.Throws<EngineException>(() => locked.Target("init", name)).Code);
            Assert.Equal(StatusCode.PermissionDenied, Assert.Throws<EngineException>(() => elsewhere.Target("init", name)).Code);
            allowed.Target("init", name);
            Assert.Equal([1L, -1L], allowed.Fetch("find:0", ("words:0", Tensor.FromStrings(["dog", "dog\r"], [2])), ("none:0", Tensor.Scalar(-1L))).Span<long>());
            Assert.Equal(StatusCode.NotFound, Assert.Throws<EngineException>(() => allowed.Target("init", ("path:0", Tensor.Scalar(path + "x")))).Code);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_link_does_not_lead_out_of_an_allowed_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        string folder = Directory.CreateTempSubdirectory("tables-").FullName;
        try
        {
            string outside = Path.Combine(folder, "outside"), inside = Directory.CreateDirectory(Path.Combine(folder, "inside")).FullName;
            File.WriteAllText(outside, "secret");
            File.CreateSymbolicLink(Path.Combine(inside, "link"), outside);

            EngineException e = Assert.Throws<EngineException>(() => Allow(inside).CheckRead(Path.Combine(inside, "link")));

            Assert.Equal(StatusCode.PermissionDenied, e.Code);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static FilePermissions Allow(string folder) => new() { ReadFolders = [folder] };
}
