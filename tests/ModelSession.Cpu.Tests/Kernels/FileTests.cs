namespace ModelSessions.Tests.Kernels;

/// <summary>Files that a graph reads and writes, where it may. Values and codes are TensorFlow's, but for what is not allowed.</summary>
public sealed class FileTests : IDisposable
{
    private const string Files = """
        name Placeholder dtype=string
        text Placeholder dtype=string
        read ReadFile name
        write WriteFile name text
        match MatchingFiles name
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("model-session-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private string Make(string name, string content = "")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), content);
        return At(name);
    }

    private CpuRun Run(string text) => new(text, FilePermissions.All(_folder.FullName));

    private static (string, Tensor) Name(params string[] names) =>
        ("name:0", names.Length == 1 ? Tensor.Scalar(names[0]) : Tensor.FromStrings(names, [names.Length]));

    private static StatusCode Code(Action act) => Assert.Throws<EngineException>(act).Code;

    private static string[] Texts(Tensor tensor) => [.. Enumerable.Range(0, (int)tensor.ElementCount).Select(tensor.StringAt)];

    [Fact]
    public void What_is_written_is_read_and_folders_are_made()
    {
        using CpuRun run = Run(Files);

        run.Target("write", Name(At("sub/deep/out")), ("text:0", Tensor.Scalar("content")));

        Assert.Equal("content", run.Fetch("read:0", Name(At("sub/deep/out"))).StringAt(0));
    }

    [Fact]
    public void Files_that_are_none_have_TensorFlows_codes()
    {
        using CpuRun run = Run(Files);
        string file = Make("file");
        (string, Tensor) text = ("text:0", Tensor.Scalar("x"));

        Assert.Equal(
            [
                StatusCode.NotFound, StatusCode.FailedPrecondition, StatusCode.FailedPrecondition, StatusCode.NotFound, StatusCode.InvalidArgument,
                StatusCode.FailedPrecondition, StatusCode.FailedPrecondition,
            ],
            [
                Code(() => run.Fetch("read:0", Name(At("none")))), Code(() => run.Fetch("read:0", Name(_folder.FullName))), Code(() => run.Fetch("read:0", Name(file + "/x"))),
                Code(() => run.Fetch("read:0", Name(""))), Code(() => run.Fetch("read:0", Name("a", "b"))),
                Code(() => run.Target("write", Name(_folder.FullName), text)), Code(() => run.Target("write", Name(file + "/x"), text)),
            ]);
    }

    [Fact]
    public void What_is_not_allowed_is_refused_wherever_a_path_leads()
    {
        string inside = Make("open/in"), secret = Make("secret/key", "secret");
        File.CreateSymbolicLink(At("open/link"), secret);
        Directory.CreateSymbolicLink(At("open/folder"), At("secret"));
        File.CreateSymbolicLink(At("open/twice"), Path.Combine("folder", "key"));
        File.CreateSymbolicLink(At("open/round"), At("open/round"));
        using CpuRun run = new(Files, FilePermissions.All(At("open"))), closed = new(Files);
        (string, Tensor) text = ("text:0", Tensor.Scalar("x"));

        foreach (string path in (string[])[secret, At("open/../secret/key"), At("open/link"), At("open/folder/key"), At("open/twice"), At("open/round"), At("open-not")])
        {
            Assert.Equal(StatusCode.PermissionDenied, Code(() => run.Fetch("read:0", Name(path))));
            Assert.Equal(StatusCode.PermissionDenied, Code(() => run.Target("write", Name(path), text)));
        }

        Assert.Equal(StatusCode.PermissionDenied, Code(() => closed.Fetch("read:0", Name(inside))));
        Assert.Equal(StatusCode.PermissionDenied, Code(() => run.Fetch("match:0", Name(At("secret/*")))));
        Assert.Empty(Texts(run.Fetch("match:0", Name(At("open/*/key")))));
        Assert.Equal("secret", File.ReadAllText(secret));
        using CpuRun reading = new(Files, new FilePermissions { ReadFolders = [At("open")] });
        Assert.Equal(StatusCode.PermissionDenied, Code(() => reading.Target("write", Name(inside), text)));
    }

    [Theory]
    [InlineData("d/*", "d/.hid", "d/a.txt", "d/b.txt", "d/e")]
    [InlineData("d/?.txt", "d/a.txt", "d/b.txt")]
    [InlineData("d/[a-a].txt", "d/a.txt")]
    [InlineData("d/[!a].txt", "d/b.txt")]
    [InlineData("d/[^a].txt", "d/b.txt")]
    [InlineData(@"d/\a.txt", "d/a.txt")]
    [InlineData("d/{a,b}.txt")]
    [InlineData("d/**", "d/.hid", "d/a.txt", "d/b.txt", "d/e")]
    [InlineData("*/*/c.txt", "d/e/c.txt")]
    [InlineData("none/*")]
    [InlineData("d/zz*")]
    [InlineData("d/../d/a.txt", "d/../d/a.txt")]
    public void Names_are_found_by_patterns(string pattern, params string[] expected)
    {
        foreach (string name in (string[])["d/b.txt", "d/a.txt", "d/e/c.txt", "d/.hid"])
        {
            Make(name);
        }

        using CpuRun run = Run(Files);

        Assert.Equal(expected.Select(At), Texts(run.Fetch("match:0", Name(At(pattern)))));
        Assert.Equal(3, run.Fetch("match:0", Name(At("d/b.txt"), At("d/*.txt"))).ElementCount);
    }

    private const string Reading = """
        name Placeholder dtype=string
        n Placeholder dtype=int64
        q FIFOQueueV2 component_types=[string] capacity=-1
        put QueueEnqueueManyV2 q name
        close QueueCloseV2 q
        next ReaderReadV2 reader q
        some ReaderReadUpToV2 reader q n
        records ReaderNumRecordsProducedV2 reader
        units ReaderNumWorkUnitsCompletedV2 reader
        state ReaderSerializeStateV2 reader
        text Placeholder dtype=string
        restore ReaderRestoreStateV2 reader text
        reset ReaderResetV2 reader

        """;

    // All that a reader gives: "key=value" without the folder, or the code of an error.
    private string[] ReadAll(CpuRun run, int reads, params string[] files)
    {
        run.Target("put", ("name:0", Tensor.FromStrings([.. files.Select(At)], [files.Length])));
        run.Target("close");
        IRunPlan plan = run.Session.Prepare(new RunSignature([], ["next:0", "next:1"], []));
        Tensor[] record = new Tensor[2];
        List<string> all = [];
        for (int i = 0; i < reads; i++)
        {
            try
            {
                plan.Run([], record, TestContext.Current.CancellationToken);
                all.Add($"{record[0].StringAt(0).Replace(_folder.FullName + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)}={record[1].StringAt(0)}");
            }
            catch (EngineException error)
            {
                all.Add(error.Code.ToString());
            }
        }

        return [.. all];
    }

    [Fact]
    public void Lines_are_numbered_with_those_left_out_and_a_missing_file_is_passed_over()
    {
        Make("a", "one\ntwo\r\nthr\ree\n\nfive");
        Make("b", "x\ny\n");
        Make("empty");
        using CpuRun run = Run("reader TextLineReaderV2\n" + Reading), skipping = Run("reader TextLineReaderV2 skip_header_lines=3\n" + Reading);

        Assert.Equal(
            ["a:1=one", "a:2=two", "a:3=thr\ree", "a:4=", "a:5=five", "NotFound", "b:1=x", "b:2=y", "OutOfRange", "OutOfRange"],
            ReadAll(run, 10, "a", "empty", "none", "b"));
        Assert.Equal((7L, 3L), (run.Fetch("records:0").ToScalar<long>(), run.Fetch("units:0").ToScalar<long>()));
        Assert.Equal(["a:4=", "a:5=five", "OutOfRange"], ReadAll(skipping, 3, "b", "a"));
    }

    [Theory]
    [InlineData("record_bytes=2 header_bytes=2 footer_bytes=1", "HHaabbccT", "f:0=aa", "f:1=bb", "f:2=cc", "OutOfRange")]
    [InlineData("record_bytes=2 header_bytes=2 footer_bytes=1", "HHaabbcT", "f:0=aa", "f:1=bb", "OutOfRange")]
    [InlineData("record_bytes=3 hop_bytes=2", "abcdefgh", "f:0=abc", "f:1=cde", "f:2=efg", "OutOfRange")]
    [InlineData("record_bytes=2 hop_bytes=5", "abcdefgh", "f:0=ab", "f:1=fg", "OutOfRange")]
    [InlineData("record_bytes=2 header_bytes=100", "abcdefgh", "OutOfRange")]
    public void Records_of_one_length(string attributes, string content, params string[] expected)
    {
        Make("f", content);
        using CpuRun run = Run($"reader FixedLengthRecordReaderV2 {attributes}\n" + Reading);

        Assert.Equal(expected, ReadAll(run, expected.Length, "f"));
    }

    [Fact]
    public void Some_records_are_of_one_file()
    {
        Make("a", "1\n2\n3\n4\n5");
        Make("b", "6\n7");
        Make("empty");
        using CpuRun run = Run("reader TextLineReaderV2\n" + Reading);
        run.Target("put", Name(At("a"), At("empty"), At("b")));
        run.Target("close");
        (string, Tensor) three = ("n:0", Tensor.Scalar(3L));

        Assert.Equal(0, run.Fetch("some:1", ("n:0", Tensor.Scalar(0L))).ElementCount);
        Assert.Equal(["1", "2", "3"], Texts(run.Fetch("some:1", three)));
        Assert.Equal(["4", "5"], Texts(run.Fetch("some:1", three)));
        Assert.Equal(["6", "7"], Texts(run.Fetch("some:1", three)));
        Assert.Equal(StatusCode.OutOfRange, Code(() => run.Fetch("some:1", three)));
        Assert.Equal(StatusCode.InvalidArgument, Code(() => run.Fetch("some:1", ("n:0", Tensor.Scalar(-1L)))));
    }

    [Fact]
    public void Whole_files_and_names_have_a_state_that_is_TensorFlows()
    {
        using CpuRun run = Run("reader IdentityReaderV2\n" + Reading), lines = Run("reader TextLineReaderV2\n" + Reading);
        run.Target("put", Name("f", "g"));

        Assert.Equal("f", run.Fetch("next:1").StringAt(0));
        Tensor state = run.Fetch("state:0");
        Assert.Equal("\b\u0001\u0010\u0001\u0018\u0001\"\u0001f", state.StringAt(0));
        run.Target("reset");
        Assert.Equal(0, run.Fetch("units:0").ToScalar<long>());
        run.Target("restore", ("text:0", state));
        Assert.Equal(1, run.Fetch("units:0").ToScalar<long>());

        Assert.Equal(["g"], Texts(run.Fetch("some:1", ("n:0", Tensor.Scalar(5L)))));
        Assert.Equal(StatusCode.InvalidArgument, Code(() => run.Target("restore", ("text:0", Tensor.Scalar("garbage")))));
        Assert.Equal(StatusCode.Unimplemented, Code(() => lines.Fetch("state:0")));
    }

    [Fact]
    public void A_text_is_appended_to_a_file_where_that_may_be()
    {
        using CpuRun run = Run($"""
            text Placeholder dtype=string
            print PrintV2 text output_stream=file://{At("log")} end=!
            other PrintV2 text output_stream=file:///nowhere/log
            wrong PrintV2 text output_stream=somewhere
            """);
        (string, Tensor) x = ("text:0", Tensor.Scalar("x"));

        run.Target("print", x);
        run.Target("print", x);

        Assert.Equal("x!x!", File.ReadAllText(At("log")));
        Assert.Equal((StatusCode.PermissionDenied, StatusCode.InvalidArgument), (Code(() => run.Target("other", x)), Code(() => run.Target("wrong", x))));
    }
}
