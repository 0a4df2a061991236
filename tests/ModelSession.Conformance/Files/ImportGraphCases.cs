using System.Text.Json;
using ModelSessions.Files;

namespace ModelSessions.Conformance.Files;

/// <summary>Calls of import_graph_def: nodes, inputs, devices and what is given back, or an error, after which the graph is as before.</summary>
internal static class ImportGraphCases
{
    public static void Check(FileCase c)
    {
        using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File("expect.json"));
        List<string> faults = [];
        foreach (JsonElement row in document.RootElement.GetProperty("calls").EnumerateArray())
        {
            try
            {
                CheckCall(c, row);
            }
            catch (Exception error) when (error is MismatchException or ModelSessionException)
            {
                faults.Add($"{row.GetProperty("call")}: {error.Message}");
            }
        }

        Expect.None(faults);
    }

    private static void CheckCall(FileCase c, JsonElement row)
    {
        JsonElement call = row.GetProperty("call");
        Graph graph = new();
        GraphBuilder builder = graph.Builder;
        foreach (JsonElement name in List(call, "before"))
        {
            builder.Constant(Tensor.Scalar(0f), name.GetString());
        }

        GraphImportOptions options = Options(call, builder);
        int before = graph.Count;
        GraphImportResult? last = null;
        GraphException? failure = null;
        try
        {
            int times = call.TryGetProperty("repeat", out JsonElement repeat) ? repeat.GetInt32() : 1;
            for (int i = 0; i < times; i++)
            {
                using GraphScope? inside = call.TryGetProperty("inside_scope", out JsonElement scope) ? builder.NameScope(scope.GetString()) : null;
                last = GraphImporter.Import(graph, GraphFile.Read(c.File("graph.pb")), options);
            }
        }
        catch (GraphException error)
        {
            failure = error;
        }

        if (row.TryGetProperty("error", out JsonElement expected))
        {
            Expect.Equal($"error ({expected.GetProperty("message").GetString()})", true, failure is not null);
            Expect.Equal("nodes after a failed import", before, graph.Count);
            return;
        }

        if (failure is not null)
        {
            throw new MismatchException($"expected no error, found {failure.Message}");
        }

        GraphNodes.Check("nodes", row.GetProperty("nodes"), graph);
        GraphNodes.Sequence(
            "returned", [.. List(row, "returned").Select(name => name.GetString()!)], [.. last!.Returned.Select(found => (found as GraphTensor)?.Name ?? ((GraphOperation)found).Name)]);
    }

    private static GraphImportOptions Options(JsonElement call, GraphBuilder builder)
    {
        Dictionary<string, GraphTensor> map = [];
        if (call.TryGetProperty("input_map", out JsonElement inputs))
        {
            foreach (JsonProperty input in inputs.EnumerateObject())
            {
                map.Add(input.Name, builder.Constant(Values(input.Value), "repl"));
            }
        }

        GraphImportOptions options = new() { InputMap = map, ReturnElements = [.. List(call, "return_elements").Select(name => name.GetString()!)] };
        return call.TryGetProperty("name", out JsonElement prefix) && prefix.GetString() is { } given ? options with { Prefix = given } : options;
    }

    private static Tensor Values(JsonElement typed) => typed[0].GetString() switch
    {
        "float32" => Tensor.From<float>([.. typed[1].EnumerateArray().Select(value => value.GetSingle())], [typed[1].GetArrayLength()]),
        "int32" => Tensor.From<int>([.. typed[1].EnumerateArray().Select(value => value.GetInt32())], [typed[1].GetArrayLength()]),
        string other => throw new InvalidDataException($"Values of type {other} are not known here."),
        null => throw new InvalidDataException("Values without a type."),
    };

    private static JsonElement.ArrayEnumerator List(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;
}
