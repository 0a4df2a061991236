using System.IO.Compression;
using System.Text;
using ModelSessions.Data;
using ModelSessions.Models;
using ModelSessions.Tests.Files;
using ModelSessions.Training;
using static ModelSessions.Tests.Data.NumpyBytes;

namespace ModelSessions.Tests.Data;

/// <summary>Arrays in files that are read by rows.</summary>
[Collection(nameof(Alone))]
public sealed class StreamedArrayTests : IDisposable
{
    private static readonly TableOptions s_streamed = new() { MemoryLimit = 0 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("npy")]
    [InlineData("stored")]
    [InlineData("deflated")]
    [InlineData("idx")]
    [InlineData("idx.gz")]
    public void What_streams_is_what_memory_would_hold(string form)
    {
        string[] paths = Write(form, 9000);
        ModelDataset held = DatasetFiles.Read(paths), streamed = DatasetFiles.Read(paths, options: s_streamed);
        Assert.IsType<ArrayDatasetPart>(streamed.Train);
        Assert.Equal(held.Train.Contract, streamed.Train.Contract);
        Assert.Equal((held.Train.Count, held.Train.ExampleShape, held.Train.ClassCount), (streamed.Train.Count, streamed.Train.ExampleShape, streamed.Train.ClassCount));
        Assert.Equal(held.Train.Inputs(), streamed.Train.Inputs());
        Assert.Equal(held.Train.Labels(), streamed.Train.Labels());
        Assert.Equal(held.Train.Inputs(8999, 0, 4500, 1), streamed.Train.Inputs(8999, 0, 4500, 1));
        Assert.True(streamed.Train.Layout!.BlockCount > 1);
        Assert.Equal(streamed.Train.Fingerprint, DatasetFiles.Read(paths, options: s_streamed).Train.Fingerprint);
    }

    [Fact]
    public void Rows_are_divided_and_normalised_by_those_that_are_learnt_from()
    {
        ModelDataset data = DatasetFiles.Read(Write("npy", 6000), options: s_streamed with { Normalize = true, Split = new DataSplit(0.2, 0.1, 4) });
        Assert.Equal(6000, data.Train.Count + data.Validation!.Count + data.Test!.Count);
        Assert.InRange(data.Validation.Count, 1195, 1205);
        Assert.Equal(0, data.Train.Inputs().Where((_, i) => i % 4 == 0).Average(), 9);
        Assert.Equal(1, data.Train.Inputs().Where((_, i) => i % 4 == 0).Select(x => x * x).Average(), 9);
    }

    [Fact]
    public void Tests_in_an_archive_and_texts_as_labels_are_read()
    {
        string path = Npz(_folder["data.npz"], 
            CompressionLevel.NoCompression,
            ("x_train", Npy("<f4", "3, 1", Bytes<float>([1, 2, 3]))), ("y_train", Npy("<U1", "3", Encoding.UTF32.GetBytes("bab"))),
            ("x_test", Npy("<f4", "1, 1", Bytes<float>([4]))), ("y_test", Npy("<U1", "1", Encoding.UTF32.GetBytes("b"))));
        ModelDataset data = DatasetFiles.Read([path], options: s_streamed);
        Assert.Equal(["a", "b"], data.Train.ClassNames);
        Assert.Equal([1, 0, 1], data.Train.Labels());
        DatasetPart test = data.Test!;
        Assert.Equal([4], test.Inputs());
        Assert.Equal([1], test.Labels());
    }

    [Fact]
    public void Wrong_rows_are_refused_with_their_place()
    {
        string x = _folder["x.npy"], y = _folder["y.npy"];
        float[] numbers = new float[5000 * 4];
        numbers[(4700 * 4) + 2] = float.NaN;
        File.WriteAllBytes(x, Npy("<f4", "5000, 4", Bytes(numbers)));
        ModelFileException error = Assert.Throws<ModelFileException>(() => DatasetFiles.Read([x], options: s_streamed));
        Assert.Equal((x, 4701L, "3"), (error.Path, error.Row, error.Column));

        numbers[(4700 * 4) + 2] = 0;
        File.WriteAllBytes(x, Npy("<f4", "5000, 4", Bytes(numbers)));
        int[] labels = new int[5000];
        labels[4999] = 2;
        File.WriteAllBytes(y, Npy("<i4", "5000", Bytes(labels)));
        error = Assert.Throws<ModelFileException>(() => DatasetFiles.Read([x, y], options: s_streamed with { ClassNames = ["a", "b"] }));
        Assert.Equal((y, 5000L), (error.Path, error.Row));
        File.WriteAllBytes(y, Npy("<i4", "4999", Bytes(labels)));
        Assert.Contains("first dimensions must be equal", Assert.Throws<ModelFileException>(() => DatasetFiles.Read([x, y], options: s_streamed)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(x, Npy("<f4", "5001, 4", Bytes(numbers)));
        Assert.Contains("it is cut", Assert.Throws<ModelFileException>(() => DatasetFiles.Read([x], options: s_streamed)).Message, StringComparison.Ordinal);
        string packed = Npz(_folder["data.npz"], CompressionLevel.Optimal, ("x", Npy("<f4", "5001, 4", Bytes(numbers))));
        Assert.Contains("it is cut", Assert.Throws<ModelFileException>(() => DatasetFiles.Read([packed], options: s_streamed)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_changes_is_refused_and_what_is_unpacked_is_not_found_by_others()
    {
        string[] paths = Write("npy", 9000);
        DatasetPart part = DatasetFiles.Read(paths, options: s_streamed).Train;
        File.AppendAllText(paths[0], "x");
        Assert.Contains("was changed", Assert.Throws<ModelFileException>(() => part.Inputs(0)).Message, StringComparison.Ordinal);
        DatasetPart unpacked = DatasetFiles.Read(Write("deflated", 9000), options: s_streamed).Train;
        File.Delete(_folder["data.npz"]);
        Assert.Equal(4, unpacked.Inputs(8999).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Empty(Directory.GetFiles(UserCache.Folder("unpacked")));
        }
    }

    [Fact]
    public void A_training_goes_on_where_it_was_stopped_to_the_bit()
    {
        string[] paths = Write("npy", 9000);
        SessionOptions options = new() { Engines = [new CpuEngine()], Seed = 5 };
        MultilayerPerceptronModel model = new() { Inputs = 4, Classes = 10, Layers = [4] };
        using ModelSession whole = ModelSession.Create(model, options);
        whole.Train(DatasetFiles.Read(paths, options: s_streamed), new TrainingOptions { Steps = 110, BatchSize = 100 });
        using ModelSession first = ModelSession.Create(model, options);
        first.Train(DatasetFiles.Read(paths, options: s_streamed), new TrainingOptions { Steps = 37, BatchSize = 100 });
        first.Save(_folder["checkpoint"]);
        using ModelSession second = ModelSession.Restore(_folder["checkpoint"], options);
        second.Train(DatasetFiles.Read(paths, options: s_streamed), new TrainingOptions { Steps = 73, BatchSize = 100 });
        Assert.All(whole.Variables, variable => Assert.Equal(whole.ReadVariable(variable.Name).Bytes().ToArray(), second.ReadVariable(variable.Name).Bytes().ToArray()));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_file()
    {
        // 300 MB that take no room on the disk, but for the header.
        string path = _folder["zeros.npy"];
        const int rows = 1_000_000;
        byte[] head = Npy("<f4", $"{rows}, 75", []);
        using (FileStream file = File.Create(path))
        {
            file.Write(head);
            file.SetLength(head.Length + 300L * rows);
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        ArrayDatasetPart part = (ArrayDatasetPart)DatasetFiles.Read([path]).Train;
        ShuffledOrder order = new(part.Count, shuffle: true, new DatasetPosition("", 1, 0, 0), part.Layout);
        Tensor batch = Tensor.Zeros(DType.Float32, [1000, 75]);
        for (int i = 0; i < rows / 1000; i++)
        {
            part.Read(order.Next(1000), batch, null);
            Assert.InRange(part.CachedSize, 0, 48L << 20);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 100L << 20);
        GC.KeepAlive(part);
    }

    // Four numbers and a class a row.
    private string[] Write(string form, int rows)
    {
        Random random = new(7);
        byte[] labels = [.. Enumerable.Range(0, rows).Select(i => (byte)(i % 10))];
        if (form.StartsWith("idx", StringComparison.Ordinal))
        {
            byte[] images = new byte[64 * rows];
            random.NextBytes(images);
            return [Idx("x", form, [8, 8, 8], rows, images), Idx("y", form, [8], rows, labels)];
        }

        double[] numbers = [.. Enumerable.Range(0, 4 * rows).Select(_ => random.NextDouble() * 9 - 3)];
        byte[] x = Npy("<f8", $"{rows}, 4", Bytes(numbers)), y = Npy("|u1", $"{rows}, 1", labels);
        if (form == "npy")
        {
            File.WriteAllBytes(_folder["x.npy"], x);
            File.WriteAllBytes(_folder["y.npy"], y);
            return [_folder["x.npy"], _folder["y.npy"]];
        }

        return [Npz(_folder["data.npz"], form == "stored" ? CompressionLevel.NoCompression : CompressionLevel.Optimal, ("y", y), ("x", x))];
    }

    private string Idx(string name, string form, byte[] sizes, int rows, byte[] values)
    {
        string path = _folder[$"{name}-{form}"];
        byte[] file = [0, 0, 8, (byte)sizes.Length, 0, 0, (byte)(rows >> 8), (byte)rows, .. sizes.Skip(1).SelectMany(size => (byte[])[0, 0, 0, size]), .. values];
        using Stream stream = form.EndsWith("gz", StringComparison.Ordinal) ? new GZipStream(File.Create(path), CompressionLevel.Fastest) : File.Create(path);
        stream.Write(file);
        return path;
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
