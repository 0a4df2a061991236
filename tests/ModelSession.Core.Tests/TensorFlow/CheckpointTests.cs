using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.TensorFlow;

/// <summary>Real TensorFlow reads the checkpoints that we write.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TensorFlow_reads_all_types_slices_and_data_files_that_we_write()
    {
        (string Name, Tensor Value)[] tensors = [.. Checkpoints.OfAllTypes()];
        string all = Checkpoints.Write(_folder["all"], tensors), sliced = _folder["sliced"], first = _folder["first"];
        (string, Tensor)[] parts = [.. WriteSliced(sliced)];
        (string Name, Tensor Value)[] old = [.. tensors.Where(tensor => SavedValues.Field(tensor.Value.DType) > 0 && tensor.Value.ElementCount > 0)];
        CheckpointV1Writer writer = new();
        foreach ((string name, Tensor value) in old)
        {
            writer.Add(name, value);
        }

        BundleFiles.WriteV1(first, writer, default);

        JsonElement read = TensorFlowPython.Run("TensorFlow/read_checkpoints.py", all, sliced, first);

        Assert.Equal(Facts(tensors), Facts(read.GetProperty(all)));
        Assert.Equal(Facts(parts), Facts(read.GetProperty(sliced)));
        Assert.Equal(Facts(old), Facts(read.GetProperty(first)));
    }

    // Three data files, the second without tensors; slices along one axis, along both, and over two files.
    private static IEnumerable<(string, Tensor)> WriteSliced(string prefix)
    {
        Tensor rows = Checkpoints.Filled(DType.Float32, [70, 3]), grid = Checkpoints.Filled(DType.Int16, [4, 5]), plain = Checkpoints.Filled(DType.String, [4]);
        List<BundleWriter> writers = [];
        for (int shard = 0; shard < 3; shard++)
        {
            using FileStream data = File.Create(CheckpointFiles.DataPath(prefix, shard, 3));
            writers.Add(new BundleWriter(data, shard, 3));
            if (shard == 0)
            {
                writers[0].Add("plain", plain);
                Add(writers[0], "rows", rows, "0,64:-");
                Add(writers[0], "grid", grid, "0,2:0,3");
                Add(writers[0], "grid", grid, "2,2:0,3");
            }
            else if (shard == 2)
            {
                Add(writers[2], "rows", rows, "64,6:0,3");
                Add(writers[2], "grid", grid, "0,4:3,2");
            }
        }

        using FileStream index = File.Create(prefix + ".index");
        BundleWriter.WriteIndex(index, writers);
        return [("rows", rows), ("grid", grid), ("plain", plain)];
    }

    private static void Add(BundleWriter writer, string name, Tensor whole, string spec)
    {
        TensorSlice slice = TensorSlice.Parse(spec);
        writer.AddSlice(name, whole.Shape, slice, Slices.Cut(whole, slice));
    }

    private static SortedDictionary<string, string> Facts(IEnumerable<(string Name, Tensor Value)> tensors) =>
        new(tensors.ToDictionary(tensor => tensor.Name, tensor => $"{tensor.Value.DType.Name()} {tensor.Value.Shape} {Hash(tensor.Value)}"), StringComparer.Ordinal);

    private static SortedDictionary<string, string> Facts(JsonElement read) => new(
        read.EnumerateObject().ToDictionary(
            tensor => tensor.Name,
            tensor => $"{tensor.Value[0].GetString()} {new Shape([.. tensor.Value[1].EnumerateArray().Select(size => size.GetInt64())])} {tensor.Value[2].GetString()}"),
        StringComparer.Ordinal);

    private static string Hash(Tensor tensor)
    {
        if (tensor.DType != DType.String)
        {
            return Convert.ToHexStringLower(SHA256.HashData(tensor.Bytes()));
        }

        List<byte> bytes = [];
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (object? element in tensor.Objects)
        {
            byte[] text = (byte[]?)element ?? [];
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
            bytes.AddRange(length);
            bytes.AddRange(text);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()));
    }
}
