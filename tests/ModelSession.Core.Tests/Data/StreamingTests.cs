using System.Globalization;
using System.Text;
using ModelSessions.Data;
using ModelSessions.Models;
using ModelSessions.Tests.Files;
using ModelSessions.Training;

namespace ModelSessions.Tests.Data;

/// <summary>Data larger than memory should hold. MODELSESSION_STREAM_MIB makes the file larger than a test's usual one.</summary>
[Collection(nameof(Alone))]
public sealed class StreamingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Two windows of 16 MiB and a half stand in memory, and the blocks that are being read; the rest is the test's.
    [Fact]
    public void A_file_streams_in_memory_that_does_not_grow_with_it()
    {
        long mib = long.Parse(Environment.GetEnvironmentVariable("MODELSESSION_STREAM_MIB") ?? "100", CultureInfo.InvariantCulture);
        string path = Write(mib << 20);
        long before = GC.GetTotalMemory(forceFullCollection: true), most = 0;
        TableDatasetPart part = (TableDatasetPart)CsvData.Read([path], new TableOptions { MemoryLimit = 0 }).Train;
        ShuffledOrder order = new(part.Count, shuffle: true, new DatasetPosition("", 1, 0, 0), part.Layout);
        long taken = 0;
        double sum = 0;
        using BatchStream batches = new(part, Feed(part), batch =>
        {
            batch.Take(order.Next(500));
            return order.Position.Epoch == 0 || order.Position.Index == 0;
        });
        while (taken < part.Count)
        {
            Batch batch = batches.Take(CancellationToken.None)!;
            sum += batch.Inputs!.Span<float>()[0];
            taken += batch.Rows.Length;
            if (taken % 50_000 < 500)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false) - before);
                Assert.InRange(part.CachedSize, 0, 48L << 20);
            }
        }

        Assert.Equal(part.Count, taken);
        Assert.InRange(most, 0, 120L << 20);
    }

    [Fact]
    public void Batches_do_not_depend_on_how_many_threads_read()
    {
        string path = Write(3 << 20);
        TableDatasetPart part = (TableDatasetPart)CsvData.Read([path], new TableOptions { MemoryLimit = 0 }).Train;
        float[] once = Take(ahead: true), again = Take(ahead: false);
        Assert.Equal(once, again);

        float[] Take(bool ahead)
        {
            ShuffledOrder order = new(part.Count, shuffle: true, new DatasetPosition("", 1, 0, 0), part.Layout);
            using BatchStream batches = new(
                part, Feed(part),
                batch =>
                {
                    batch.Take(order.Next(64));
                    return true;
                },
                ahead);
            return [.. Enumerable.Range(0, 200).SelectMany(_ => batches.Take(CancellationToken.None)!.Inputs!.Span<float>().ToArray())];
        }
    }

    [Fact]
    public void A_training_on_streamed_rows_goes_on_where_it_was_stopped_to_the_bit()
    {
        string path = Write(1 << 20);
        ModelDataset data = CsvData.Read([path], new TableOptions { MemoryLimit = 0 });
        SessionOptions options = new() { Engines = [new CpuEngine()], Seed = 5 };
        MultilayerPerceptronModel model = new() { Inputs = 10, Classes = 10, Layers = [4] };
        using ModelSession whole = ModelSession.Create(model, options);
        whole.Train(data, new TrainingOptions { Steps = 90, BatchSize = 100 });
        using ModelSession first = ModelSession.Create(model, options);
        first.Train(data, new TrainingOptions { Steps = 37, BatchSize = 100 });
        string folder = _folder["checkpoint"];
        first.Saver.Save(new SaveOptions { Folder = folder });
        using ModelSession second = ModelSession.Restore(folder, options);
        Assert.Equal(data.Contract, second.Contract);
        second.Train(CsvData.Read([path], new TableOptions { MemoryLimit = 0 }), new TrainingOptions { Steps = 53, BatchSize = 100 });
        foreach (VariableInfo variable in whole.Variables)
        {
            Assert.Equal(whole.ReadVariable(variable.Name).Bytes().ToArray(), second.ReadVariable(variable.Name).Bytes().ToArray());
        }
    }

    [Fact]
    public void Data_of_another_contract_are_refused_until_the_session_forgets_its_own()
    {
        string path = Write(1 << 16);
        ModelDataset data = CsvData.Read([path]), scaled = CsvData.Read([path], new TableOptions { Normalize = true });
        using ModelSession session = ModelSession.Create(
            new MultilayerPerceptronModel { Inputs = 10, Classes = 10, Layers = [4] }, new SessionOptions { Engines = [new CpuEngine()], Seed = 5 });
        session.Train(data, new TrainingOptions { Steps = 2 });
        GraphException error = Assert.Throws<GraphException>(() => session.Train(scaled, new TrainingOptions { Steps = 2 }));
        Assert.Contains("the column 'c0' is", error.Message, StringComparison.Ordinal);
        session.Train(CsvData.Read([path], new TableOptions { Contract = session.Contract, MemoryLimit = 0 }), new TrainingOptions { Steps = 2 });
        session.Contract = null;
        session.Train(scaled, new TrainingOptions { Steps = 2 });
        Assert.Equal(scaled.Contract, session.Contract);
    }

    [Fact]
    public void A_fault_while_reading_comes_at_the_step_and_no_thread_stays()
    {
        string path = Write(1 << 20);
        ModelDataset data = CsvData.Read([path], new TableOptions { MemoryLimit = 0 });
        File.AppendAllText(path, "\n");
        using ModelSession session = ModelSession.Create(
            new MultilayerPerceptronModel { Inputs = 10, Classes = 10, Layers = [4] }, new SessionOptions { Engines = [new CpuEngine()], Seed = 5 });
        ModelFileException error = Assert.Throws<ModelFileException>(() => session.Train(data, new TrainingOptions { Steps = 5 }));
        Assert.Contains("was changed", error.Message, StringComparison.Ordinal);
        Assert.False(session.IsTorn);
    }

    private static BatchFeed Feed(DatasetPart part)
    {
        GraphBuilder g = new();
        return new BatchFeed(part, g.Placeholder(DType.Float32, [-1, 10], "x"), g.Placeholder(DType.Int32, [-1], "y"), 500);
    }

    private string Write(long size)
    {
        string path = _folder["rows.csv"];
        Random random = new(3);
        using StreamWriter writer = new(path, append: false, new UTF8Encoding(false), 1 << 20);
        writer.Write(string.Join(',', Enumerable.Range(0, 10).Select(i => $"c{i}")) + ",y\n");
        StringBuilder row = new();
        for (long written = 0; written < size; written += row.Length)
        {
            row.Clear();
            for (int i = 0; i < 10; i++)
            {
                row.Append(random.Next(-99999, 99999)).Append("e-5,");
            }

            writer.Write(row.Append(random.Next(10)).Append('\n'));
        }

        return path;
    }
}
