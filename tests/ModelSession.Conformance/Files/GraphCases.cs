using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>GraphDefs, sound, wrong and damaged: what TensorFlow refuses is refused at the same step, the rest gives its values.</summary>
internal static class GraphCases
{
    /// <summary>A case of its own file.</summary>
    public static void Check(FileCase c, IEngine engine)
    {
        JsonElement tensorflow = c.Record.GetProperty("tensorflow");
        if (IsRefused(tensorflow, "parse", out string reason))
        {
            if (IsText(c.File(c.Text("file"))))
            {
                // TensorFlow was asked to read it as binary; here a file's content tells what it is.
                return;
            }

            Refused<ModelFileException>("reading", reason, () => GraphFile.Read(c.File(c.Text("file"))));
            return;
        }

        if (!tensorflow.TryGetProperty("parse", out _))
        {
            // TensorFlow crashed or hung: an error at any step, and nothing else.
            Refused<ModelSessionException>("any step", tensorflow.GetRawText(), () => Run(c, engine, GraphImporter.Import(GraphFile.Read(c.File(c.Text("file"))))));
            return;
        }

        GraphDef definition = GraphFile.Read(c.File(c.Text("file")));
        Expect.Equal("nodes", tensorflow.GetProperty("parse").GetProperty("ok").GetProperty("nodes").GetInt32(), definition.Node.Count);
        if (IsRefused(tensorflow, "import", out reason))
        {
            CheckCode(Refused<GraphException>("import", reason, () => GraphImporter.Import(definition)), tensorflow.GetProperty("import"));
            return;
        }

        Graph graph = GraphImporter.Import(definition);
        Expect.Equal("operations", tensorflow.GetProperty("import").GetProperty("ok").GetProperty("ops").GetInt32(), graph.Operations.Count);
        if (IsRefused(tensorflow, "run", out reason))
        {
            CheckCode(Refused<ModelSessionException>("run", reason, () => Run(c, engine, graph)), tensorflow.GetProperty("run"));
        }
        else if (tensorflow.TryGetProperty("run", out JsonElement run))
        {
            CheckValues(run.GetProperty("ok"), Run(c, engine, graph));
        }
    }

    /// <summary>Mutants of one file.</summary>
    public static void CheckMutants(FileCase c, IEngine engine)
    {
        using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File("fuzz.json"));
        JsonElement fuzz = document.RootElement;
        JsonElement[] mutants = [.. fuzz.GetProperty("mutants").EnumerateArray()];
        Expect.Equal("mutants", c.Record.GetProperty("mutants").GetInt32(), mutants.Length);
        List<string> faults = [];
        foreach (JsonElement mutant in mutants)
        {
            try
            {
                CheckMutant(fuzz, mutant, engine);
            }
            catch (Exception error) when (error is MismatchException or ModelSessionException)
            {
                faults.Add($"mutant {mutant.GetProperty("id")} ({mutant.GetProperty("note").GetString()}): {error.Message}");
            }
        }

        Expect.None(faults);
    }

    private static void CheckMutant(JsonElement fuzz, JsonElement mutant, IEngine engine)
    {
        byte[] bytes = mutant.GetProperty("graph_b64").GetBytesFromBase64();
        string detail = mutant.TryGetProperty("detail", out JsonElement text) ? text.GetRawText() : "";
        Graph Import() => GraphImporter.Import(GraphFile.Parse(bytes));
        Dictionary<string, Tensor> Run() => RunFetches(engine, Import(), Feeds(fuzz), Fetches(fuzz));
        switch (mutant.GetProperty("outcome").GetString())
        {
            case "parse error":
                Refused<ModelFileException>("reading", detail, () => GraphFile.Parse(bytes));
                break;
            case "import error":
                GraphFile.Parse(bytes);
                Refused<GraphException>("import", detail, () => Import());
                break;
            case "run error":
                Import();
                Refused<ModelSessionException>("run", detail, () => Run());
                break;
            case "same":
                CheckValues(fuzz.GetProperty("expected"), Run());
                break;
            case "other value":
                CheckValues(text, Run());
                break;
            default:
                // A crash or a hang of TensorFlow is to be an error.
                Refused<ModelSessionException>("any step", detail, () => Run());
                break;
        }
    }

    // Whether a file is the text of a graph, and is read as that.
    private static bool IsText(string path)
    {
        GraphDef text;
        try
        {
            text = TextFormat.Parse<GraphDef>(File.ReadAllBytes(path));
        }
        catch (ModelFileException)
        {
            return false;
        }

        Expect.Equal("the text's graph", text, text.Node.Count > 0 ? GraphFile.Read(path) : text);
        return text.Node.Count > 0;
    }

    private static Dictionary<string, Tensor> Run(FileCase c, IEngine engine, Graph graph) => RunFetches(
        engine,
        graph,
        Feeds(c.Record),
        c.Record.TryGetProperty("fetches", out _) ? Fetches(c.Record) : [c.Text("fetch")]);

    private static Dictionary<string, Tensor> RunFetches(IEngine engine, Graph graph, Dictionary<string, Tensor> feeds, string[] fetches)
    {
        foreach ((string name, Tensor value) in feeds)
        {
            graph.Tensor(name).CheckFeed(value);
        }

        using IEngineSession session = engine.Open(graph, new EngineOptions());
        Tensor[] values = new Tensor[fetches.Length];
        session.Prepare(new RunSignature([.. feeds.Keys], fetches, [])).Run([.. feeds.Values], values, CancellationToken.None);
        return fetches.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static void CheckValues(JsonElement expected, Dictionary<string, Tensor> found)
    {
        foreach (JsonProperty value in expected.EnumerateObject())
        {
            ProbeValue.Check(value.Name, value.Value, found[value.Name]);
        }
    }

    private static Dictionary<string, Tensor> Feeds(JsonElement record) => record.TryGetProperty("feeds", out JsonElement feeds)
        ? feeds.EnumerateObject().ToDictionary(feed => feed.Name, feed => ProbeValue.Feed(feed.Value))
        : [];

    private static string[] Fetches(JsonElement record) => [.. record.GetProperty("fetches").EnumerateArray().Select(fetch => fetch.GetString()!)];

    private static bool IsRefused(JsonElement tensorflow, string step, out string reason)
    {
        bool refused = tensorflow.TryGetProperty(step, out JsonElement result) && result.TryGetProperty("error", out _);
        reason = refused ? result.GetProperty("error").GetProperty("message").GetString()! : "";
        return refused;
    }

    // What TensorFlow's Python raises by itself has no code.
    private static void CheckCode(ModelSessionException found, JsonElement step)
    {
        if (step.GetProperty("error").TryGetProperty("code", out JsonElement code))
        {
            Expect.Equal($"code of '{found.Message}'", (StatusCode)code.GetInt32(), found.Code);
        }
    }

    private static T Refused<T>(string step, string reason, Action action)
        where T : ModelSessionException
    {
        try
        {
            action();
        }
        catch (T error) when (error is not UnsupportedFeatureException)
        {
            return error;
        }

        throw new MismatchException($"{step}: expected to be refused ({reason}), it was taken");
    }
}
