using System.Security.Cryptography;
using System.Text.Json;
using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

/// <summary>Checkpoints of public projects, written by TensorFlow 0.12 to 2.14.</summary>
public sealed class ArtifactTests
{
    [Fact]
    public void Every_tensor_of_every_public_checkpoint_is_what_TensorFlow_reads()
    {
        using FileStream file = File.OpenRead(SharedData.Require("data/expected.json"));
        JsonElement root = JsonDocument.Parse(file).RootElement;
        int compared = 0, snappy = 0;
        foreach (JsonProperty checkpoint in root.GetProperty("checkpoints").EnumerateObject())
        {
            string prefix = SharedData.Require("data/artifacts") + "/" + checkpoint.Name;
            JsonElement tensors = checkpoint.Value.GetProperty("tensors");
            using CheckpointReader reader = CheckpointReader.Open(prefix);
            snappy += checkpoint.Value.TryGetProperty("index_last_data_block_compression", out JsonElement compression) && compression.GetInt32() == 1 ? 1 : 0;
            foreach (JsonProperty tensor in tensors.EnumerateObject())
            {
                CheckpointTensor entry = Assert.IsAssignableFrom<CheckpointTensor>(reader.Find(tensor.Name));
                if (entry.SliceCount == 0 && tensor.Value.TryGetProperty("sha256", out JsonElement sha) && File.Exists(CheckpointFiles.DataPath(prefix, entry.Shard, reader.ShardCount)))
                {
                    Assert.Equal(sha.GetString(), GoldenCheckpoints.Sha256(reader.Read(tensor.Name)));
                    compared++;
                }
            }
        }

        Assert.True(compared > 0 && snappy > 0, $"{compared} tensors compared, {snappy} compressed indexes.");
    }

    private static void Check(JsonElement expected, Tensor actual)
    {
        if (expected.TryGetProperty("sha256", out JsonElement sha))
        {
            Assert.Equal(sha.GetString(), GoldenCheckpoints.Sha256(actual));
            return;
        }

        // Strings: their lengths and hashes.
        Assert.Equal(
            expected.GetProperty("values").EnumerateArray().Select(value => value.GetString()),
            Enumerable.Range(0, (int)actual.ElementCount).Select(i => $"<{actual.StringBytes(i).Length} bytes, sha256 {Convert.ToHexStringLower(SHA256.HashData(actual.StringBytes(i)))}>"));
    }
}
