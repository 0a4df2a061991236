using System.Text;
using System.Text.Json;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>What import_meta_graph made of a MetaGraph in an empty graph: operations, collections, devices, saver.</summary>
internal static class MetaImports
{
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    /// <exception cref="MismatchException">Ours differs.</exception>
    public static void Check(MetaGraphDef meta, JsonElement expected)
    {
        MetaGraphImportOptions options = Options(expected.GetProperty("arguments"));
        if (expected.TryGetProperty("error", out JsonElement error))
        {
            CheckError(meta, options, error);
            return;
        }

        MetaGraphImportResult result = MetaGraphImporter.Import(meta.Clone(), options);
        string[] operations = [.. expected.GetProperty("operations").EnumerateArray().Select(name => name.GetString()!)];
        GraphNodes.Sequence("operation", operations, [.. result.Graph.Operations.Select(operation => operation.Name)]);
        GraphNodes.Sequence(
            "device",
            [.. expected.GetProperty("devices").EnumerateArray().Select(device => device.GetString()!)],
            [.. result.Graph.Operations.Select(operation => operation.Device).Distinct().Order(StringComparer.Ordinal)]);
        CheckCollections(expected.GetProperty("collections"), result.Graph.Collections);
        Expect.Equal("saver", expected.GetProperty("saver").GetBoolean(), result.Saver is not null);
        if (expected.TryGetProperty("saver_def", out JsonElement saver))
        {
            MetaSummary.CheckSaver(saver, result.Saver);
        }

        Expect.Equal("elements given back", options.ReturnElements.Count, result.Nodes.Returned.Count);
    }

    private static MetaGraphImportOptions Options(JsonElement arguments) => new()
    {
        Scope = arguments.TryGetProperty("import_scope", out JsonElement scope) ? scope.GetString() ?? "" : "",
        KeepDevices = !arguments.TryGetProperty("clear_devices", out JsonElement clear) || !clear.GetBoolean(),
        ReturnElements = arguments.TryGetProperty("return_elements", out JsonElement names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [],
    };

    private static void CheckError(MetaGraphDef meta, MetaGraphImportOptions options, JsonElement error)
    {
        try
        {
            MetaGraphImporter.Import(meta.Clone(), options);
        }
        catch (GraphException)
        {
            return;
        }

        throw new MismatchException($"expected an error ({error.GetProperty("message").GetString()}), found none");
    }

    private static void CheckCollections(JsonElement expected, GraphCollections found)
    {
        GraphNodes.Sequence(
            "collection", [.. expected.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal)], [.. found.Keys.Order(StringComparer.Ordinal)]);
        foreach (JsonProperty property in expected.EnumerateObject())
        {
            found.TryGet(property.Name, out CollectionDef? collection);
            GraphNodes.Sequence($"collection '{property.Name}'", [.. property.Value.EnumerateArray().Select(Text)], [.. Items(property.Name, collection!)]);
        }
    }

    // A float is compared as one, not as the digits that Python wrote.
    private static string Text(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.String => item.GetString()!,
        JsonValueKind.Object => "base64 " + item.GetProperty("b64").GetString(),
        _ when item.GetRawText().AsSpan().ContainsAny(".eE") => Number(item.GetSingle()),
        _ => item.GetRawText(),
    };

    private static string Number(float value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<string> Items(string key, CollectionDef collection) => collection.KindCase switch
    {
        CollectionDef.KindOneofCase.NodeList => collection.NodeList.Value,
        CollectionDef.KindOneofCase.Int64List => collection.Int64List.Value.Select(item => item.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        CollectionDef.KindOneofCase.FloatList => collection.FloatList.Value.Select(Number),
        CollectionDef.KindOneofCase.AnyList => collection.AnyList.Value.Select(_ => "Any"),
        _ => collection.BytesList.Value.Select(item => Item(key, item)),
    };

    // Python's objects are known by their names.
    private static string Item(string key, ByteString item) => key switch
    {
        "cond_context" => CondContextDef.Parser.ParseFrom(item).ContextName,
        "while_context" => WhileContextDef.Parser.ParseFrom(item).ContextName,
        "queue_runners" => QueueRunnerDef.Parser.ParseFrom(item).QueueName,
        "savers" => "Saver",
        _ when key.EndsWith("variables", StringComparison.Ordinal) || key == "global_step" => VariableDef.Parser.ParseFrom(item).VariableName,
        _ => Plain(item),
    };

    private static string Plain(ByteString item)
    {
        try
        {
            return s_utf8.GetString(item.Span);
        }
        catch (DecoderFallbackException)
        {
            return "base64 " + item.ToBase64();
        }
    }
}
