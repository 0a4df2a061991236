using System.Text;
using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Files;

public sealed class CheckpointStateTests
{
    [Fact]
    public void State_files_are_read_as_TensorFlow_reads_them()
    {
        int read = 0;
        foreach (JsonElement @case in GoldenCheckpoints.Cases("checkpoint_state").Where(c => c.TryGetProperty("state_file", out JsonElement file) && file.ValueKind == JsonValueKind.String))
        {
            string path = Path.Combine(GoldenCheckpoints.Folder(@case), @case.GetProperty("state_file").GetString()!);
            bool parsed = CheckpointStateText.TryParse(File.ReadAllBytes(path), out CheckpointState state);
            JsonElement expected = @case.GetProperty("expected").GetProperty("get_checkpoint_state");
            if (@case.GetProperty("id").GetString() == "no_state_file")
            {
                continue;
            }

            bool sound = expected.TryGetProperty("result", out JsonElement result) && result.ValueKind == JsonValueKind.Object;
            Assert.True(sound == parsed, $"{path}: parsed is {parsed}.");
            if (sound)
            {
                Assert.Equal(result.GetProperty("model_checkpoint_path").GetString(), AsPythonJoins(state.ModelCheckpointPath));
                Assert.Equal(result.GetProperty("all_model_checkpoint_paths").EnumerateArray().Select(p => p.GetString()), state.AllModelCheckpointPaths.Select(AsPythonJoins));
                Assert.Equal(result.GetProperty("all_model_checkpoint_timestamps").GetArrayLength(), state.AllModelCheckpointTimestamps.Count);
            }

            read++;
        }

        Assert.True(read >= 10, $"{read} state files were read.");
    }

    [Fact]
    public void State_files_are_written_as_TensorFlow_writes_them()
    {
        using FileStream file = File.OpenRead(SharedData.Require("golden/files/states/_written/written.json"));
        foreach (JsonElement @case in JsonDocument.Parse(file).RootElement.GetProperty("cases").EnumerateArray().Where(c => c.TryGetProperty("text", out _)))
        {
            string text = @case.GetProperty("text").GetString()!;
            Assert.True(CheckpointStateText.TryParse(Encoding.UTF8.GetBytes(text), out CheckpointState state), text);
            Assert.Equal(text, CheckpointStateText.Write(state));
        }
    }

    private static string AsPythonJoins(string path) => path.StartsWith('/') ? path : $"run/{path}";
}
