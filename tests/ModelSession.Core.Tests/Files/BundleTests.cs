using System.Text.Json;

namespace ModelSessions.Tests.Files;

public sealed class BundleTests
{
    [Fact]
    public void Every_checkpoint_of_TensorFlow_gives_the_tensors_that_TensorFlow_reads()
    {
        int tensors = 0;
        foreach (var @case in GoldenCheckpoints.Cases("checkpoint_v2"))
        {
            string folder = GoldenCheckpoints.Folder(@case);
            using CheckpointReader reader = CheckpointReader.Open(Path.Combine(folder, @case.GetProperty("prefix").GetString()!));
            foreach (var expected in GoldenCheckpoints.Tensors(folder).Where(t => !t.Unreadable))
            {
                CheckpointTensor entry = Assert.IsAssignableFrom<CheckpointTensor>(reader.Find(expected.Name));
                Assert.Equal((expected.DType, new Shape(expected.Shape)), (entry.DType.Name(), entry.Shape));
                Assert.Equal(expected.Sha256, GoldenCheckpoints.Sha256(reader.Read(expected.Name)));
                tensors++;
            }
        }

        Assert.True(tensors >= SharedData.AtLeast("golden/files", whole: 27_000, committed: 100), $"{tensors} tensors were compared.");
    }

    [Fact]
    public void What_is_written_again_has_the_bytes_of_TensorFlows_writer()
    {
        int written = 0;
        foreach (var @case in GoldenCheckpoints.Cases("checkpoint_v2"))
        {
            using TemporaryFolder folder = new();
            string prefix = Path.Combine(GoldenCheckpoints.Folder(@case), @case.GetProperty("prefix").GetString()!);
            foreach (string file in GoldenCheckpoints.WriteAgain(prefix, folder["again"]))
            {
                string suffix = file[folder["again"].Length..];
                Assert.True(File.ReadAllBytes(prefix + suffix).AsSpan().SequenceEqual(File.ReadAllBytes(file)), $"{prefix}{suffix} differs.");
            }

            written++;
        }

        Assert.True(written >= SharedData.AtLeast("golden/files", whole: 30, committed: 15), $"{written} checkpoints were compared.");
    }

    [Fact]
    public void Tensors_are_read_in_any_order_small_and_large()
    {
        using TemporaryFolder folder = new();
        Random random = new(5);
        (string Name, Tensor Value)[] tensors = [.. Enumerable.Range(0, 300).Select(i => ($"v{i}", Checkpoints.Filled(DType.UInt8, [random.Next(i % 50 == 0 ? 20_000_000 / 50 : 5_000)])))];
        // Several threads read one of this size.
        tensors[150].Value = Checkpoints.Filled(DType.UInt8, [17_000_001]);
        using CheckpointReader reader = CheckpointReader.Open(Checkpoints.Write(folder["m"], tensors));

        foreach ((string name, Tensor value) in tensors.Concat(random.GetItems(tensors, 300)))
        {
            Assert.True(value.Bytes().SequenceEqual(reader.Read(name).Bytes()), name);
        }
    }

    [Fact]
    public void A_damaged_checkpoint_gives_the_sound_value_or_a_clear_error()
    {
        string @base = SharedData.Require("golden/files/corrupt_checkpoints/_base");
        Dictionary<string, string> sound = GoldenCheckpoints.Tensors(@base).ToDictionary(t => t.Name, t => t.Sha256);
        foreach (string folder in Directory.GetDirectories(Path.GetDirectoryName(@base)!))
        {
            foreach (string index in Directory.GetFiles(folder, "*.index"))
            {
                ReadAll(index[..^".index".Length], sound, folder);
            }
        }
    }

    [Fact]
    public void Mutants_of_a_checkpoint_give_sound_values_or_clear_errors()
    {
        string folder = SharedData.Require("golden/files/fuzz/checkpoint");
        Dictionary<string, string> sound = GoldenCheckpoints.Tensors(Path.Combine(folder, "base")).ToDictionary(t => t.Name, t => t.Sha256);
        using JsonDocument fuzz = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "fuzz.json")));
        foreach (JsonElement mutant in fuzz.RootElement.GetProperty("mutants").EnumerateArray())
        {
            using TemporaryFolder changed = new();
            foreach (string file in Directory.GetFiles(Path.Combine(folder, "base"), "m.*"))
            {
                File.Copy(file, changed[Path.GetFileName(file)]);
            }

            foreach (JsonProperty file in mutant.GetProperty("files").EnumerateObject())
            {
                File.WriteAllBytes(changed[file.Name], file.Value.GetBytesFromBase64());
            }

            ReadAll(changed["m"], sound, $"Mutant {mutant.GetProperty("id")}");
        }
    }

    private static void ReadAll(string prefix, Dictionary<string, string> sound, string place)
    {
        try
        {
            using CheckpointReader reader = CheckpointReader.Open(prefix);
            foreach ((string name, string expected) in sound.Where(pair => reader.Find(pair.Key) is not null))
            {
                ReadOne(reader, name, expected, place);
            }
        }
        catch (Exception error) when (error is ModelFileException or UnsupportedFeatureException)
        {
            Assert.NotEmpty(error.Message);
        }
    }

    private static void ReadOne(CheckpointReader reader, string name, string expected, string folder)
    {
        try
        {
            string actual = GoldenCheckpoints.Sha256(reader.Read(name));
            Assert.True(actual == expected, $"{folder}: '{name}' has another value than the sound checkpoint.");
        }
        catch (Exception error) when (error is ModelFileException or UnsupportedFeatureException)
        {
            Assert.NotEmpty(error.Message);
        }
    }
}
