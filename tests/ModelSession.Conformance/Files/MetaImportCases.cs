using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>Imports of MetaGraphs into graphs that have nodes already: the same one several times, or with an input map.</summary>
internal static class MetaImportCases
{
    public static void Check(FileCase c)
    {
        using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File("expect.json"));
        MetaGraphDef meta = MetaGraphFile.Read(c.File("graph.meta"));
        if (document.RootElement.TryGetProperty("imports", out JsonElement imports))
        {
            foreach (JsonElement row in imports.EnumerateArray())
            {
                CheckMapped(meta, row);
            }
        }

        if (document.RootElement.TryGetProperty("sequences", out JsonElement sequences))
        {
            foreach (JsonElement sequence in sequences.EnumerateArray())
            {
                CheckSequence(meta, sequence);
            }
        }
    }

    private static void CheckMapped(MetaGraphDef meta, JsonElement row)
    {
        Graph graph = new();
        Dictionary<string, GraphTensor> known = new()
        {
            ["mine"] = graph.Builder.Constant(Tensor.From<float>([5, 6], [2]), "mine"),
            ["kk"] = graph.Builder.Constant(Tensor.Scalar(2f), "kk"),
        };
        MetaGraphImportOptions options = new()
        {
            Scope = row.GetProperty("import_scope").GetString() ?? "",
            InputMap = row.GetProperty("input_map").EnumerateObject().ToDictionary(input => input.Name, input => known[input.Value.GetString()!]),
            KeepDevices = true,
        };
        Import(graph, meta, options, row);
        if (row.TryGetProperty("nodes", out JsonElement nodes))
        {
            GraphNodes.Check($"{row.GetProperty("import_scope")} {row.GetProperty("input_map")}", nodes, graph);
        }
    }

    private static void CheckSequence(MetaGraphDef meta, JsonElement sequence)
    {
        Graph graph = new();
        foreach (JsonElement step in sequence.EnumerateArray())
        {
            string what = $"import into '{step.GetProperty("import_scope").GetString()}' of {sequence.GetArrayLength()}";
            MetaGraphImportOptions options = new() { Scope = step.GetProperty("import_scope").GetString() ?? "", KeepDevices = true };
            if (Import(graph, meta, options, step) is not { } result)
            {
                continue;
            }

            Expect.Equal($"{what}, operations", step.GetProperty("new_ops").GetInt32(), result.Nodes.Operations.Count);
            string[] first = [.. step.GetProperty("first_ops").EnumerateArray().Select(name => name.GetString()!)];
            GraphNodes.Sequence(what, first, [.. result.Nodes.Operations.Take(first.Length).Select(operation => operation.Name)]);
            Expect.Equal($"{what}, saver", step.GetProperty("saver_restore_op").GetString(), result.Saver?.RestoreOpName);
            GraphNodes.Sequence(
                $"{what}, variables",
                [.. step.GetProperty("variables").EnumerateArray().Select(name => name.GetString()!)],
                [.. graph.Collections.Bytes(CollectionKeys.Variables).Select(bytes => VariableDef.Parser.ParseFrom(bytes).VariableName)]);
        }
    }

    // Null where an error was expected and found; the graph is as before then.
    private static MetaGraphImportResult? Import(Graph graph, MetaGraphDef meta, MetaGraphImportOptions options, JsonElement expected)
    {
        bool mustFail = expected.TryGetProperty("error", out JsonElement error);
        int before = graph.Count;
        string[] keys = [.. graph.Collections.Keys];
        MetaGraphImportResult result;
        try
        {
            result = MetaGraphImporter.Import(graph, meta.Clone(), options);
        }
        catch (GraphException found) when (mustFail)
        {
            Expect.Equal($"nodes after a failed import ({found.Message})", before, graph.Count);
            GraphNodes.Sequence("collections after a failed import", keys, [.. graph.Collections.Keys]);
            return null;
        }

        Expect.Equal($"error ({(mustFail ? error.GetProperty("message").GetString() : "none")})", mustFail, false);
        return result;
    }
}
