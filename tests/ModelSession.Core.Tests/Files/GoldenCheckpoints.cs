using System.Security.Cryptography;
using System.Text.Json;
using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>Checkpoints that TensorFlow wrote, with what it reads from them.</summary>
internal static partial class GoldenCheckpoints
{
    public static IEnumerable<JsonElement> Cases(string category)
    {
        // Python writes NaN and Infinity as bare words.
        string index = BareWords().Replace(File.ReadAllText(SharedData.Require("golden/files/index.json")), "null");
        return [.. JsonDocument.Parse(index).RootElement.GetProperty("cases").EnumerateArray().Where(c => c.GetProperty("category").GetString() == category)];
    }

    public static string Folder(JsonElement @case) => SharedData.Require($"golden/files/{@case.GetProperty("folder").GetString()}");

    /// <summary>The tensors of a case: name, dtype, shape, sha256 of the bytes.</summary>
    public static IReadOnlyList<(string Name, string DType, long[] Shape, string Sha256, bool Unreadable)> Tensors(string folder)
    {
        using Stream file = File.Exists(Path.Combine(folder, "tensors.json"))
            ? File.OpenRead(Path.Combine(folder, "tensors.json"))
            : new System.IO.Compression.GZipStream(File.OpenRead(Path.Combine(folder, "tensors.json.gz")), System.IO.Compression.CompressionMode.Decompress);
        JsonElement root = JsonDocument.Parse(file).RootElement;
        JsonElement list = root.ValueKind == JsonValueKind.Array ? root : root.GetProperty("tensors");
        return
        [
            .. list.EnumerateArray().Select(t => (
                t.TryGetProperty("name", out JsonElement name) ? name.GetString()! : System.Text.Encoding.UTF8.GetString(t.GetProperty("name_b64").GetBytesFromBase64()),
                t.GetProperty("dtype").GetString()!,
                t.TryGetProperty("shape", out JsonElement shape) ? shape.EnumerateArray().Select(d => d.GetInt64()).ToArray() : [],
                t.TryGetProperty("sha256", out JsonElement sha) ? sha.GetString()! : "",
                t.TryGetProperty("error", out _))),
        ];
    }

    /// <summary>Writes a bundle again from what is read, tensors and slices in the order of the data; the files written.</summary>
    public static IReadOnlyList<string> WriteAgain(string prefix, string target)
    {
        using BundleReader reader = new(prefix);
        Dictionary<string, (BundleEntry Tensor, TensorSlice Slice)> slices = reader.Entries
            .SelectMany(tensor => tensor.Slices.Select(slice => (tensor, slice)))
            .ToDictionary(pair => BundleIndex.SliceName(pair.tensor.Name, pair.slice));
        List<BundleWriter> writers = [];
        List<string> files = [];
        for (int shard = 0; shard < reader.ShardCount; shard++)
        {
            files.Add(CheckpointFiles.DataPath(target, shard, reader.ShardCount));
            using FileStream data = File.Create(files[^1]);
            BundleWriter writer = new(data, shard, reader.ShardCount);
            writers.Add(writer);
            // Tensors without elements share their offset with the next one; among those the order is free.
            foreach (BundleEntry entry in reader.Stored.Where(entry => entry.Shard == shard).OrderBy(entry => entry.Offset).ThenBy(entry => entry.ByteLength))
            {
                if (slices.TryGetValue(entry.Name, out var part))
                {
                    writer.AddSlice(part.Tensor.Name, part.Tensor.Shape, part.Slice, reader.ReadSlice(part.Tensor.Name, part.Slice));
                }
                else
                {
                    writer.Add(entry.Name, reader.Read(entry.Name));
                }
            }
        }

        files.Add(target + ".index");
        using FileStream index = File.Create(files[^1]);
        BundleWriter.WriteIndex(index, writers);
        return files;
    }

    /// <summary>The hash of a tensor's bytes as they stand in a data file.</summary>
    public static string Sha256(Tensor tensor)
    {
        if (tensor.DType != DType.String)
        {
            return Convert.ToHexStringLower(SHA256.HashData(tensor.Bytes()));
        }

        (byte[] head, _) = BundleStrings.Head(tensor.Objects);
        byte[] all = [.. head, .. tensor.Objects.ToArray().SelectMany(value => (byte[]?)value ?? [])];
        return Convert.ToHexStringLower(SHA256.HashData(all));
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"(?<=[\[:,]\s*)(NaN|-?Infinity)(?=\s*[,\]}])")]
    private static partial System.Text.RegularExpressions.Regex BareWords();
}
