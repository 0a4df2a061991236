using ModelSessions.Data;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Sessions;

/// <summary>What long work tells of itself, and what is left where it is stopped.</summary>
public sealed class ProgressTests : IDisposable
{
    private const int Size = 300_000;

    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();
    private readonly List<WorkProgress> _told = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_save_and_a_copy_tell_bytes_up_to_the_last_one()
    {
        using ModelSession session = Create(1);
        session.Saver.Save(new SaveOptions { Folder = _folder.Path, Progress = _told.Add });
        CheckTold(8L * Size, WorkUnit.Bytes, atLeast: 8);
        using ModelSession copy = session.Copy(progress: _told.Add);
        CheckTold(8L * Size, WorkUnit.Bytes, atLeast: 2);
        session.SaverFor(new SaverOptions { FirstFormat = true }).Save(new SaveOptions { Folder = Path.Combine(_folder.Path, "first"), Progress = _told.Add });
        CheckTold(8L * Size, WorkUnit.Bytes, atLeast: 2);
    }

    [Fact]
    public void A_restore_a_copy_and_a_test_of_a_checkpoint_tell_bytes()
    {
        CheckpointInfo saved = Save(2);
        using (ModelSession.Restore(saved.Prefix, s_options with { Restore = new RestoreOptions { Progress = _told.Add } }))
        {
            CheckTold(8L * Size, WorkUnit.Bytes, atLeast: 2);
        }

        using ModelSession other = Create(1);
        other.Load(saved, new RestoreOptions { Progress = _told.Add });
        CheckTold(8L * Size, WorkUnit.Bytes, atLeast: 2);
        CheckpointFolder.Copy(saved, Path.Combine(_folder.Path, "copy"), progress: _told.Add);
        CheckTold(_told[^1].Total!.Value, WorkUnit.Bytes, atLeast: 4);
        Assert.Empty(CheckpointReader.Verify(saved.Prefix, progress: _told.Add));
        CheckTold(_told[^1].Total!.Value, WorkUnit.Bytes, atLeast: 2);
    }

    [Fact]
    public void A_restore_that_is_stopped_when_all_is_read_copies_nothing_more_and_gives_no_session()
    {
        CheckpointInfo saved = Save(2);
        using CancellationTokenSource stop = new();
        RestoreOptions restore = new()
        {
            Progress = progress =>
            {
                if (progress.Done == progress.Total)
                {
                    stop.Cancel();
                }
            },
        };
        Assert.Throws<OperationCanceledException>(() => ModelSession.Restore(saved.Prefix, s_options with { Restore = restore }, stop.Token));
    }

    [Fact]
    public void Exports_tell_the_bytes_of_their_values()
    {
        using ModelSession session = Create(3);
        session.Export(Path.Combine(_folder.Path, "model"), new ExportOptions { Progress = _told.Add });
        CheckTold(8L * Size, WorkUnit.Bytes, atLeast: 8);
        session.Export(Path.Combine(_folder.Path, "frozen.pb"), new ExportOptions { Progress = _told.Add, Frozen = true, Outputs = ["first", "second"] });
        CheckTold(8L * Size, WorkUnit.Bytes, atLeast: 2);
    }

    [Fact]
    public void A_measurement_tells_runs()
    {
        using ModelSession session = Create(4);
        session.Measure((IReadOnlyDictionary<string, Tensor>?)null, new MeasureOptions { Fetches = ["second"], Count = 7, WarmUp = 2, Progress = _told.Add });
        CheckTold(9, WorkUnit.Runs, atLeast: 9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_import_of_a_table_tells_the_bytes_of_its_file(bool packed)
    {
        string path = Path.Combine(_folder.Path, packed ? "rows.csv.gz" : "rows.csv");
        using (Stream file = File.Create(path), stream = packed ? new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Fastest) : file)
        using (StreamWriter writer = new(stream))
        {
            writer.WriteLine("a,b,y");
            for (int i = 0; i < 200_000; i++)
            {
                writer.WriteLine($"{i},0.5,{i % 3}");
            }
        }

        DatasetFiles.Read([path], options: new TableOptions { LabelColumns = ["y"], MemoryLimit = 0, Progress = _told.Add }, cancel: TestContext.Current.CancellationToken);
        CheckTold(new FileInfo(path).Length, WorkUnit.Bytes, atLeast: 4);
        DatasetFiles.Read([path], options: new TableOptions { LabelColumns = ["y"], Progress = _told.Add }, cancel: TestContext.Current.CancellationToken);
        Assert.Contains(_told, told => told.Unit == WorkUnit.Rows);
        Assert.All(_told, told => Assert.InRange(told.Done, 0, told.Total!.Value));
    }

    [Fact]
    public void A_restore_that_is_stopped_in_the_middle_leaves_the_session_as_it_was()
    {
        CheckpointInfo saved = Save(2);
        using ModelSession session = Create(1);
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => session.Load(saved, new RestoreOptions { Progress = _ => stop.Cancel() }, stop.Token));
        CheckValues(session, 1);
        session.Load(saved, cancel: TestContext.Current.CancellationToken);
        CheckValues(session, 2);
    }

    [Fact]
    public void A_damaged_checkpoint_leaves_the_session_as_it_was()
    {
        CheckpointInfo saved = Save(2);
        string data = Assert.Single(Directory.GetFiles(_folder.Path, "*.data-*"));
        byte[] bytes = File.ReadAllBytes(data);
        bytes[6L * Size] ^= 1;
        File.WriteAllBytes(data, bytes);
        using ModelSession session = Create(1);
        Assert.Equal(StatusCode.DataLoss, Assert.Throws<ModelFileException>(() => session.Load(saved)).Code);
        CheckValues(session, 1);
    }

    private static void CheckValues(ModelSession session, float value)
    {
        Assert.False(session.IsTorn);
        foreach (string name in (string[])["first", "second"])
        {
            Assert.Equal(value, Assert.Single(session.ReadVariable(name).Span<float>().ToArray().Distinct()));
        }
    }

    private void CheckTold(long total, WorkUnit unit, int atLeast)
    {
        Assert.True(_told.Count >= atLeast, $"{_told.Count} times");
        Assert.All(_told, told => Assert.Equal((total, unit), (told.Total!.Value, told.Unit)));
        Assert.Equal(_told.Order(Comparer<WorkProgress>.Create((a, b) => a.Done.CompareTo(b.Done))), _told);
        Assert.Equal(total, _told[^1].Done);
        _told.Clear();
    }

    private CheckpointInfo Save(float value)
    {
        using ModelSession session = Create(value);
        return session.Save(_folder.Path);
    }

    private static ModelSession Create(float value) => ModelSession.Create(new ValuesModel(("first", Filled(value), false), ("second", Filled(value), true)), s_options);

    private static Tensor Filled(float value)
    {
        float[] values = new float[Size];
        Array.Fill(values, value);
        return Tensor.From<float>(values);
    }
}
