using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace ModelSessions.Conformance.Files;

/// <summary>Damaged checkpoints: for each tensor the sound value or a clear error, in bounded time and memory.</summary>
internal static class DamagedCheckpoints
{
    // These files have a few kilobytes: neither takes more than what starting the code needs.
    private const long MostMemory = 64L << 20;
    private static readonly TimeSpan s_mostTime = TimeSpan.FromSeconds(20);

    /// <summary>Checks one damaged checkpoint, or the sound one that the others were made of.</summary>
    public static void Check(FileCase c)
    {
        string @base = Path.Combine(Path.GetDirectoryName(c.Folder)!, "_base");
        Dictionary<string, GoldenTensor> sound = GoldenTensor.ReadAll(@base).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        string prefix = c.File(c.Text("prefix"));
        bool legal = Path.GetFullPath(@base) == Path.GetFullPath(c.Folder) || c.Text("note").Contains("legal", StringComparison.Ordinal);
        CheckBounded(() => CheckTensors(prefix, sound, Contents(@base), legal, OtherValues(c)));
    }

    /// <summary>Checks all mutants of a case.</summary>
    public static void CheckMutants(FileCase c)
    {
        string @base = c.File("base");
        using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File("fuzz.json"));
        Dictionary<string, GoldenTensor> sound = GoldenTensor.ReadAll(@base).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        string prefix = document.RootElement.GetProperty("prefix").GetString()!;
        JsonElement[] mutants = [.. document.RootElement.GetProperty("mutants").EnumerateArray()];
        Expect.Equal("mutants", c.Record.GetProperty("mutants").GetInt32(), mutants.Length);
        byte[][] contents = Contents(@base);
        List<string> wrong = [];
        foreach (JsonElement mutant in mutants)
        {
            using WorkFolder folder = new();
            foreach (string file in Directory.EnumerateFiles(@base, prefix + ".*"))
            {
                File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
            }

            foreach (JsonProperty file in mutant.GetProperty("files").EnumerateObject())
            {
                File.WriteAllBytes(Path.Combine(folder.Path, file.Name), file.Value.GetBytesFromBase64());
            }

            try
            {
                CheckBounded(() => CheckTensors(Path.Combine(folder.Path, prefix), sound, contents, legal: false, []));
            }
            catch (MismatchException error)
            {
                wrong.Add($"mutant {mutant.GetProperty("id")} ({mutant.GetProperty("note").GetString()}): {error.Message}");
            }
        }

        Expect.None(wrong);
    }

    private static void CheckTensors(
        string prefix, Dictionary<string, GoldenTensor> sound, byte[][] contents, bool legal, Dictionary<string, string> others)
    {
        if (Attempt(() => CheckpointReader.Open(prefix), legal, "opening") is not { } reader)
        {
            return;
        }

        using (reader)
        {
            if (legal && sound.Keys.FirstOrDefault(name => reader.Find(name) is null) is { } missing)
            {
                throw new MismatchException($"'{missing}': expected it to be listed, found no such name");
            }

            foreach (CheckpointTensor listed in reader.Tensors)
            {
                if (Attempt(() => reader.Read(listed.Name), legal, $"reading '{listed.Name}'") is { } value)
                {
                    CheckValue(listed, value, sound, contents, legal, others);
                }
            }
        }
    }

    private static void CheckValue(
        CheckpointTensor listed, Tensor value, Dictionary<string, GoldenTensor> sound, byte[][] contents, bool legal, Dictionary<string, string> others)
    {
        byte[] bytes = GoldenTensor.Bytes(value);
        string hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (!sound.TryGetValue(listed.Name, out GoldenTensor? expected))
        {
            // A name that the sound one lacks, such as that of a slice that no tensor lists any more: what TensorFlow reads, or bytes that are
            // in the files.
            if (others.GetValueOrDefault(listed.Name) is { } other ? other != hash : contents.All(file => file.AsSpan().IndexOf(bytes) < 0))
            {
                throw new MismatchException($"'{listed.Name}': expected an error or a value from the files, found {value} of another value");
            }

            return;
        }

        // Bytes under another type or shape of the same size cannot be told from sound ones.
        Expect.Equal($"SHA-256 of '{listed.Name}'", expected.Sha256, hash);
        if (legal)
        {
            expected.Check(listed.Name, value, arrays: null);
        }
    }

    private static byte[][] Contents(string folder) => [.. Directory.EnumerateFiles(folder).Where(file => file.Contains(".data-", StringComparison.Ordinal)).Select(File.ReadAllBytes)];

    // Values that TensorFlow reads under names that the sound checkpoint lacks.
    private static Dictionary<string, string> OtherValues(FileCase c)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        if (c.Record.TryGetProperty("tensorflow", out JsonElement tensorflow) && tensorflow.GetProperty("reader").TryGetProperty("values", out JsonElement read))
        {
            foreach (JsonProperty tensor in read.EnumerateObject().Where(tensor => tensor.Value.ValueKind == JsonValueKind.Object))
            {
                if (tensor.Value.TryGetProperty("ok", out JsonElement ok) && ok.TryGetProperty("sha256", out JsonElement hash))
                {
                    values.Add(tensor.Name, hash.GetString()!);
                }
            }
        }

        return values;
    }

    private static T? Attempt<T>(Func<T> read, bool legal, string what)
        where T : class
    {
        try
        {
            return read();
        }
        catch (ModelSessionException error) when (error is ModelFileException or UnsupportedFeatureException)
        {
            return legal ? throw new MismatchException($"{what}: expected no error, found {error.Message}") : null;
        }
    }

    private static void CheckBounded(Action check)
    {
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        check();
        long memory = GC.GetAllocatedBytesForCurrentThread() - before;
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        if (memory > MostMemory || time > s_mostTime)
        {
            throw new MismatchException($"expected at most {MostMemory:n0} bytes of memory and {s_mostTime.TotalSeconds} s, found {memory:n0} and {time.TotalSeconds:f1}");
        }
    }
}
