using System.Text.Json;
using ModelSessions.Conformance.Golden;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>Damaged MetaGraphs: what TensorFlow reads, imports and runs must be read, imported and run alike; what it refuses must end in an
/// error that names the file. Where only TensorFlow's run fails, the value of the sound file is as good as an error.</summary>
internal static class MetaCorruptCases
{
    private static readonly Tolerance s_tolerance = new(false, 1e-5, 1e-6);

    public static void Check(FileCase c, IEngine engine)
    {
        JsonElement steps = c.Record.GetProperty("tensorflow");
        string path = c.File(c.Text("file"));
        if (!Parse(path, steps, out MetaGraphDef meta) || !Import(path, steps))
        {
            return;
        }

        Expect.Equal("nodes", Ok(steps, "parse")!.Value.GetProperty("nodes").GetInt32(), meta.GraphDef?.Node.Count ?? 0);
        Run(c, path, steps, engine);
    }

    private static bool Parse(string path, JsonElement steps, out MetaGraphDef meta)
    {
        meta = new MetaGraphDef();
        try
        {
            meta = MetaGraphFile.Read(path);
        }
        catch (ModelFileException error)
        {
            CheckRefusal(error, path, steps, "parse", "nodes");
            return false;
        }

        CheckAccepted(steps, "parse");
        return true;
    }

    private static bool Import(string path, JsonElement steps)
    {
        MetaGraphImportResult imported;
        try
        {
            imported = MetaGraphFile.Import(path, new MetaGraphImportOptions());
        }
        catch (ModelFileException error)
        {
            CheckRefusal(error, path, steps, "import", "ops");
            return false;
        }

        CheckAccepted(steps, "import");
        JsonElement expected = Ok(steps, "import")!.Value;
        Expect.Equal("operations", expected.GetProperty("ops").GetInt32(), imported.Graph.Count);
        Expect.Equal("saver", expected.GetProperty("saver").GetBoolean(), imported.Saver is not null);
        return true;
    }

    private static void Run(FileCase c, string path, JsonElement steps, IEngine engine)
    {
        JsonElement? expected = Ok(steps, "run");
        Tensor[] values;
        string[] fetches = [.. c.Record.GetProperty("fetches").EnumerateArray().Select(name => name.GetString()!)];
        try
        {
            using ModelSession session = ModelSession.Restore(c.File(c.Text("checkpoint")), new SessionOptions { Engines = [engine] });
            values = session.Run(fetches, c.Record.GetProperty("feeds").EnumerateObject().ToDictionary(feed => feed.Name, feed => Value(feed.Value)));
        }
        catch (ModelSessionException error) when (error is not UnsupportedFeatureException)
        {
            Expect.Equal($"a run of {path} ({error.Message})", false, expected is not null);
            return;
        }

        for (int i = 0; i < fetches.Length; i++)
        {
            JsonElement sound = expected is { } result ? result.GetProperty(fetches[i]) : SoundValue(c, fetches[i]);
            Comparison.Check(fetches[i], Value(sound), values[i], s_tolerance);
        }
    }

    // What the undamaged file of the same set gives.
    private static JsonElement SoundValue(FileCase c, string fetch) => FileCase.ReadAll(c.Root).Where(other => other.Category == c.Category)
        .Select(other => Ok(other.Record.GetProperty("tensorflow"), "run")).FirstOrDefault(run => run is not null)?.GetProperty(fetch)
        ?? throw new MismatchException("expected an error, found a value that no sound file of the set has");

    private static Tensor Value(JsonElement value)
    {
        Expect.Equal("type of a value", "float32", value.GetProperty("dtype").GetString());
        JsonElement nested = value.TryGetProperty("value", out JsonElement given) ? given : value.GetProperty("values");
        List<float> flat = [];
        List<long> sizes = [];
        for (JsonElement level = nested; level.ValueKind == JsonValueKind.Array; level = level.GetArrayLength() > 0 ? level[0] : default)
        {
            sizes.Add(level.GetArrayLength());
        }

        Flatten(nested, flat);
        Shape shape = value.TryGetProperty("shape", out _) ? GoldenValue.ShapeOf(value) : Shape.Create([.. sizes]);
        return Tensor.From<float>([.. flat], shape);
    }

    private static void Flatten(JsonElement value, List<float> flat)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            flat.Add(value.GetSingle());
            return;
        }

        foreach (JsonElement item in value.EnumerateArray())
        {
            Flatten(item, flat);
        }
    }

    private static void CheckAccepted(JsonElement steps, string step)
    {
        if (Ok(steps, step) is null)
        {
            throw new MismatchException($"{step}: expected an error ({(steps.TryGetProperty(step, out JsonElement found) ? found.ToString() : "before this step")}), found none");
        }
    }

    // An empty graph, which TensorFlow takes from a cut file, is nobody's model: refusing it is the better answer.
    private static void CheckRefusal(ModelFileException error, string path, JsonElement steps, string step, string count)
    {
        Expect.Equal($"{step} ({error.Message})", false, Ok(steps, step)?.GetProperty(count).GetInt32() > 0);
        Expect.Equal("the file that the error names", path, error.Path);
    }

    private static JsonElement? Ok(JsonElement steps, string step) =>
        steps.TryGetProperty(step, out JsonElement found) && found.TryGetProperty("ok", out JsonElement ok) ? ok : null;
}
