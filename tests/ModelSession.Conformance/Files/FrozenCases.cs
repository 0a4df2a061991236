using System.Text.Json;
using ModelSessions.Conformance.Golden;
using ModelSessions.Files;
using ModelSessions.Graphs.Transforms;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>Frozen graphs: what we freeze of TensorFlow's graph and checkpoint is what TensorFlow froze, node by node, and gives its values.</summary>
internal static class FrozenCases
{
    private static readonly Tolerance s_tolerance = new(false, 1e-5, 1e-6);

    /// <summary>Checks one case.</summary>
    public static void Check(FileCase c, IEngine engine)
    {
        using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File("expect.json"));
        JsonElement expected = document.RootElement;
        GraphDef frozen = Read(c.File("frozen.pb"));
        if (!TextFormat.Parse<GraphDef>(File.ReadAllText(c.File("frozen.pbtxt"))).Equals(frozen))
        {
            throw new MismatchException("frozen.pbtxt holds another graph than frozen.pb");
        }

        CheckNodes("frozen.pb", expected, frozen);
        CheckFunctions("frozen.pb", expected, frozen);
        string? refused = RefusedByImport(expected);
        if (refused is null)
        {
            GraphImporter.Import(frozen.Clone());
        }
        else if (!Throws<GraphException>(() => GraphImporter.Import(frozen.Clone())))
        {
            throw new MismatchException($"TensorFlow's frozen graph: expected it to be refused ({refused}), it was imported");
        }

        if (c.Record.TryGetProperty("checkpoint", out JsonElement checkpoint) && checkpoint.GetString() is { } prefix)
        {
            CheckFreezing(c, expected, c.File(prefix), engine, sound: refused is null);
        }
        else
        {
            Run(c, expected, frozen, null, engine);
        }
    }

    private static void CheckFreezing(FileCase c, JsonElement expected, string prefix, IEngine engine, bool sound)
    {
        GraphDef source = Read(c.File("source.pb"));
        byte[] before = Google.Protobuf.MessageExtensions.ToByteArray(source);
        using CheckpointReader checkpoint = CheckpointReader.Open(prefix);
        FrozenGraph ours = GraphFreezer.Freeze(source, Options(expected), checkpoint);
        if (!before.AsSpan().SequenceEqual(Google.Protobuf.MessageExtensions.ToByteArray(source)))
        {
            throw new MismatchException("freezing changed the graph that it was given");
        }

        if (sound)
        {
            CheckNodes("our frozen graph", expected, ours.Definition);
            CheckFunctions("our frozen graph", expected, ours.Definition);
            CheckConstants(Read(c.File("frozen.pb")), ours.Definition);
        }

        if (ours.Frozen.Except(Strings(expected, "source_variables")).FirstOrDefault() is { } stranger)
        {
            throw new MismatchException($"'{stranger}' is frozen, but is no variable of the source");
        }

        Run(c, expected, ours.Definition, checkpoint, engine);
    }

    private static FreezeOptions Options(JsonElement expected)
    {
        JsonElement arguments = expected.GetProperty("arguments");
        return new FreezeOptions
        {
            Outputs = Strings(expected, "outputs"),
            Include = arguments.TryGetProperty("variable_names_whitelist", out _) ? Strings(arguments, "variable_names_whitelist") : null,
            Exclude = arguments.TryGetProperty("variable_names_blacklist", out _) ? Strings(arguments, "variable_names_blacklist") : null,
        };
    }

    // Variables that were not frozen have no value until they are restored.
    private static void Run(FileCase c, JsonElement expected, GraphDef graph, CheckpointReader? checkpoint, IEngine engine)
    {
        using Npz arrays = new(c.File("run.npz"));
        using IEngineSession session = engine.Open(GraphImporter.Import(graph.Clone()), new EngineOptions());
        Tensor[] feeds = [.. Strings(expected, "feeds").Select((_, i) => arrays[$"feed{i}"])];
        string[] fetches = Strings(expected, "fetches");
        IRunPlan plan = session.Prepare(new RunSignature(Strings(expected, "feeds"), fetches, []));
        Tensor[] values = new Tensor[fetches.Length];
        if (expected.TryGetProperty("run_error", out JsonElement error) && error.TryGetProperty("code_name", out JsonElement code))
        {
            EngineException? failure = Catch<EngineException>(() => plan.Run(feeds, values, CancellationToken.None));
            if (!Enum.TryParse(code.GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out StatusCode wanted) || failure?.Code != wanted)
            {
                throw new MismatchException($"a run without the variables: expected {code.GetString()}, found {failure?.Code.ToString() ?? "none"}");
            }

            CheckpointValues variables = new(graph, checkpoint!);
            foreach (VariableInfo variable in session.Variables)
            {
                session.WriteVariable(variable.Name, variables.Read(variable.Name) ?? throw new MismatchException($"the checkpoint has no value for '{variable.Name}'"));
            }
        }

        plan.Run(feeds, values, CancellationToken.None);
        for (int i = 0; i < fetches.Length; i++)
        {
            Comparison.Check(fetches[i], arrays[$"fetch{i}"], values[i], s_tolerance);
        }
    }

    private static void CheckNodes(string what, JsonElement expected, GraphDef graph)
    {
        string[] wanted = [.. expected.GetProperty("nodes").EnumerateArray().Select(node => $"{node[0].GetString()} = {node[1].GetString()}({string.Join(", ", node[2].EnumerateArray().Select(input => input.GetString()))})")];
        string[] found = [.. graph.Node.Select(node => $"{node.Name} = {node.Op}({string.Join(", ", node.Input)})")];
        for (int i = 0; i < Math.Max(wanted.Length, found.Length); i++)
        {
            if (wanted.ElementAtOrDefault(i) != found.ElementAtOrDefault(i))
            {
                throw new MismatchException($"{what}, node {i}: expected {wanted.ElementAtOrDefault(i) ?? "none"}, found {found.ElementAtOrDefault(i) ?? "none"}");
            }
        }
    }

    private static void CheckFunctions(string what, JsonElement expected, GraphDef graph)
    {
        string wanted = string.Join(", ", Strings(expected, "functions").Select(Stem).Order(StringComparer.Ordinal));
        string found = string.Join(", ", (graph.Library?.Function ?? []).Select(function => Stem(function.Signature.Name)).Order(StringComparer.Ordinal));
        if (wanted != found)
        {
            throw new MismatchException($"{what}, functions: expected {wanted}, found {found}");
        }
    }

    // TensorFlow numbers the functions that it changes by how many it has made so far.
    private static string Stem(string function)
    {
        int mark = function.LastIndexOf("_frozen_", StringComparison.Ordinal);
        return mark < 0 ? function : function[..mark].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9').TrimEnd('_');
    }

    private static void CheckConstants(GraphDef expected, GraphDef found)
    {
        foreach ((NodeDef theirs, NodeDef ours) in expected.Node.Zip(found.Node).Where(pair => pair.First.Op == "Const"))
        {
            Comparison.Check(theirs.Name, TensorCodec.Parse(theirs.Attr["value"].Tensor), TensorCodec.Parse(ours.Attr["value"].Tensor), Tolerance.Bits);
        }
    }

    // An error of the run that has no status code is one of the import: TensorFlow's own result is not a sound graph.
    private static string? RefusedByImport(JsonElement expected) =>
        expected.TryGetProperty("run_error", out JsonElement error) && !error.TryGetProperty("code", out _) ? error.GetProperty("message").GetString() : null;

    private static GraphDef Read(string path) => GraphDef.Parser.ParseFrom(File.ReadAllBytes(path));

    private static string[] Strings(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];

    private static bool Throws<T>(Action action)
        where T : Exception => Catch<T>(action) is not null;

    private static T? Catch<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
            return null;
        }
        catch (T error)
        {
            return error;
        }
    }
}
