using System.Text.Json;
using ModelSessions.Conformance.Golden;
using ModelSessions.Files;

namespace ModelSessions.Conformance.Files;

/// <summary>Sound checkpoints in both formats: what is in them, their values, writing them again, restoring them through TensorFlow's graph.</summary>
internal static class CheckpointCases
{
    /// <summary>Checks one case.</summary>
    public static void Check(FileCase c, IEngine engine)
    {
        using CheckpointReader reader = CheckpointReader.Open(c.File(c.Text("prefix")));
        CheckTensors(c, reader);
        CheckPath(c, reader);
        if (reader.FormatVersion == 2)
        {
            CheckWriting(c, reader);
        }

        if (File.Exists(c.File("object_graph.json")))
        {
            ObjectGraphCheck.Check(c, reader);
        }

        if (File.Exists(c.File("ema.json")))
        {
            CheckAverages(c, reader);
        }

        // From here on graphs are run.
        SaverGraphCheck.Check(c, reader, engine);
        RestoreCheck.Check(c, reader, engine);
    }

    private static void CheckTensors(FileCase c, CheckpointReader reader)
    {
        IReadOnlyList<GoldenTensor> expected = GoldenTensor.ReadAll(c.Folder);
        Expect.Equal("format", c.Text("format"), $"V{reader.FormatVersion}");
        Expect.Equal("tensors", c.Record.GetProperty("tensor_count").GetInt32(), reader.Tensors.Count);
        if (c.Record.TryGetProperty("num_shards", out JsonElement shards))
        {
            Expect.Equal("data files", shards.GetInt32(), reader.ShardCount);
        }

        Expect.Equal("names", string.Join('\n', GoldenTensor.InOrder(expected.Select(tensor => tensor.Name))), string.Join('\n', reader.Tensors.Select(tensor => tensor.Name)));
        using Npz? arrays = File.Exists(c.File("values.npz")) ? new Npz(c.File("values.npz")) : null;
        foreach (GoldenTensor tensor in expected)
        {
            CheckpointTensor listed = reader.Find(tensor.Name)!;
            tensor.CheckKind(tensor.Name, listed.DType, listed.Shape);
            Tensor value = reader.Read(tensor.Name);
            if (tensor.IsUnreadable)
            {
                // TensorFlow does not put strings together; we do.
                tensor.CheckKind(tensor.Name, value.DType, value.Shape);
                continue;
            }

            tensor.Check(tensor.Name, value, arrays);
            tensor.Check($"{tensor.Name} (borrowed)", reader.Borrow(tensor.Name), arrays);
            if (listed is BundleEntry { SliceCount: 0, DType: DType.String } entry)
            {
                Expect.Equal($"{tensor.Name}, crc32c of the entry", tensor.Record.GetProperty("crc32c").GetUInt32(), entry.Checksum);
            }
        }
    }

    // The path that save returned is one that restores.
    private static void CheckPath(FileCase c, CheckpointReader reader)
    {
        if (c.Record.TryGetProperty("returned_path", out JsonElement returned))
        {
            using CheckpointReader again = CheckpointReader.Open(c.File(returned.GetString()!));
            Expect.Equal("tensors at the returned path", reader.Tensors.Count, again.Tensors.Count);
        }
    }

    private static void CheckWriting(FileCase c, CheckpointReader reader)
    {
        using WorkFolder folder = new();
        string target = Path.Combine(folder.Path, "again");
        foreach (string file in BundleCopy.Write((BundleReader)reader, target))
        {
            string suffix = file[target.Length..];
            if (!File.ReadAllBytes(reader.Prefix + suffix).AsSpan().SequenceEqual(File.ReadAllBytes(file)))
            {
                throw new MismatchException($"written again, {suffix}: expected TensorFlow's bytes, found others");
            }
        }
    }

    private static void CheckAverages(FileCase c, CheckpointReader reader)
    {
        using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File("ema.json"));
        foreach (JsonProperty variable in document.RootElement.GetProperty("variables_to_restore").EnumerateObject())
        {
            if (reader.FindVariable(variable.Name) is null)
            {
                throw new MismatchException($"expected the average '{variable.Name}' in the checkpoint, found none");
            }
        }
    }
}
