using System.Text.Json;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>What a MetaGraphDef holds, against a case's summary of it.</summary>
internal static class MetaSummary
{
    /// <exception cref="MismatchException">Something differs.</exception>
    public static void Check(JsonElement expected, MetaGraphDef meta)
    {
        MetaGraphDef.Types.MetaInfoDef info = meta.MetaInfoDef ?? new();
        GraphDef graph = meta.GraphDef ?? new();
        Expect.Equal("nodes", expected.GetProperty("nodes").GetInt32(), graph.Node.Count);
        Names("ops", expected, graph.Node.Select(node => node.Op).Distinct().Order(StringComparer.Ordinal));
        Names("tags", expected, info.Tags);
        Names("functions", expected, (graph.Library?.Function ?? []).Select(function => function.Signature.Name).Order(StringComparer.Ordinal));
        Names("devices", expected, graph.Node.Select(node => node.Device).Distinct().Order(StringComparer.Ordinal));
        Names("signatures", expected, meta.SignatureDef.Keys.Order(StringComparer.Ordinal));
        Expect.Equal("stripped_default_attrs", expected.GetProperty("stripped_default_attrs").GetBoolean(), info.StrippedDefaultAttrs);
        Expect.Equal("tensorflow_version", expected.GetProperty("tensorflow_version").GetString(), info.TensorflowVersion);
        Expect.Equal("stripped_op_list", expected.GetProperty("stripped_op_list").GetInt32(), info.StrippedOpList?.Op.Count ?? 0);
        JsonElement versions = expected.GetProperty("graph_versions");
        Expect.Equal("producer", versions.GetProperty("producer").GetInt32(), graph.Versions?.Producer ?? 0);
        Expect.Equal("min_consumer", versions.GetProperty("min_consumer").GetInt32(), graph.Versions?.MinConsumer ?? 0);
        GraphNodes.Sequence(
            "asset_files", [.. expected.GetProperty("asset_files").EnumerateArray().Select(asset => $"{asset[0]} {asset[1]}")], [.. meta.AssetFileDef.Select(asset => $"{asset.TensorInfo.Name} {asset.Filename}")]);
        CheckSaver(expected.GetProperty("saver_def"), meta.SaverDef);
        Collections(expected.GetProperty("collections"), meta);
        Variables("variables", expected, meta);
        Variables("trainable_variables", expected, meta);
    }

    /// <summary>A saver must have the fields that a case records of it.</summary>
    /// <exception cref="MismatchException">One differs.</exception>
    public static void CheckSaver(JsonElement expected, SaverDef? saver)
    {
        Expect.Equal("saver", expected.ValueKind == JsonValueKind.Object, saver is not null);
        if (saver is not null)
        {
            Fields("saver_def", expected, saver);
        }
    }

    // Fields by their names in the proto file.
    private static void Fields(string what, JsonElement expected, IMessage message)
    {
        foreach (JsonProperty field in expected.EnumerateObject())
        {
            object? found = message.Descriptor.FindFieldByName(field.Name)?.Accessor.GetValue(message);
            string text = found switch
            {
                bool flag => flag ? "true" : "false",
                Enum value => Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture).ToString(System.Globalization.CultureInfo.InvariantCulture),
                float value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
                _ => Convert.ToString(found, System.Globalization.CultureInfo.InvariantCulture) ?? "none",
            };
            string wanted = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()!
                : found is float ? field.Value.GetSingle().ToString("R", System.Globalization.CultureInfo.InvariantCulture) : field.Value.GetRawText();
            Expect.Equal($"{what} {field.Name}", wanted, text);
        }
    }

    private static void Collections(JsonElement expected, MetaGraphDef meta)
    {
        GraphNodes.Sequence(
            "collections", [.. expected.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal)], [.. meta.CollectionDef.Keys.Order(StringComparer.Ordinal)]);
        foreach (JsonProperty collection in expected.EnumerateObject())
        {
            CollectionDef found = meta.CollectionDef[collection.Name];
            (string? kind, string[] items) = Items(found);
            Expect.Equal($"kind of the collection '{collection.Name}'", collection.Value.GetProperty("kind").GetString(), kind);
            if (kind is not null)
            {
                GraphNodes.Sequence($"collection '{collection.Name}'", [.. collection.Value.GetProperty("values").EnumerateArray().Select(value => Text(value, kind))], items);
            }
        }
    }

    private static (string? Kind, string[] Items) Items(CollectionDef collection) => collection.KindCase switch
    {
        CollectionDef.KindOneofCase.NodeList => ("node_list", [.. collection.NodeList.Value]),
        CollectionDef.KindOneofCase.BytesList => ("bytes_list", [.. collection.BytesList.Value.Select(item => item.ToBase64())]),
        CollectionDef.KindOneofCase.Int64List => ("int64_list", [.. collection.Int64List.Value.Select(item => item.ToString(System.Globalization.CultureInfo.InvariantCulture))]),
        CollectionDef.KindOneofCase.FloatList => ("float_list", [.. collection.FloatList.Value.Select(item => item.ToString("R", System.Globalization.CultureInfo.InvariantCulture))]),
        CollectionDef.KindOneofCase.AnyList => ("any_list", [.. collection.AnyList.Value.Select(item => $"{item.TypeUrl} {item.Value.ToBase64()}")]),
        _ => (null, []),
    };

    private static string Text(JsonElement value, string kind) => kind switch
    {
        "any_list" => $"{value.GetProperty("type_url").GetString()} {value.GetProperty("value_b64").GetString()}",
        "float_list" => Number(value).ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        "int64_list" => value.GetRawText(),
        _ => value.GetString()!,
    };

    // What JSON has no number for is a word.
    private static float Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetSingle() : value.GetString()!.ToUpperInvariant() switch
    {
        "NAN" => float.NaN,
        "INF" or "INFINITY" => float.PositiveInfinity,
        _ => float.NegativeInfinity,
    };

    private static void Variables(string key, JsonElement expected, MetaGraphDef meta)
    {
        JsonElement[] wanted = [.. expected.GetProperty(key).EnumerateArray()];
        VariableDef[] found = [.. (meta.CollectionDef.GetValueOrDefault(key)?.BytesList?.Value ?? []).Select(VariableDef.Parser.ParseFrom)];
        Expect.Equal($"number of {key}", wanted.Length, found.Length);
        for (int i = 0; i < wanted.Length; i++)
        {
            CheckVariable($"{key} {i}", wanted[i], found[i]);
        }
    }

    private static void CheckVariable(string what, JsonElement expected, VariableDef found)
    {
        foreach (JsonProperty field in expected.EnumerateObject().Where(field => field.Name != "save_slice_info"))
        {
            using JsonDocument one = JsonDocument.Parse($"{{{JsonSerializer.Serialize(field.Name)}: {field.Value.GetRawText()}}}");
            Fields(what, one.RootElement, found);
        }

        JsonElement slice = expected.GetProperty("save_slice_info");
        Expect.Equal($"{what} is a slice", slice.ValueKind == JsonValueKind.Object, found.SaveSliceInfoDef is not null);
        if (found.SaveSliceInfoDef is { } info)
        {
            Expect.Equal($"{what} full_name", slice.GetProperty("full_name").GetString(), info.FullName);
            Numbers($"{what} full_shape", slice.GetProperty("full_shape"), info.FullShape);
            Numbers($"{what} var_offset", slice.GetProperty("var_offset"), info.VarOffset);
            Numbers($"{what} var_shape", slice.GetProperty("var_shape"), info.VarShape);
        }
    }

    private static void Numbers(string what, JsonElement expected, IEnumerable<long> found) =>
        Expect.Equal(what, string.Join(", ", expected.EnumerateArray().Select(number => number.GetInt64())), string.Join(", ", found));

    private static void Names(string field, JsonElement expected, IEnumerable<string> found) =>
        GraphNodes.Sequence(field, [.. expected.GetProperty(field).EnumerateArray().Select(name => name.GetString()!)], [.. found]);
}
