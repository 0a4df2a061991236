using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>What a reader should find in a MetaGraphDef, in the words of the records of metas and SavedModels.</summary>
internal static class MetaGraphSummary
{
    /// <summary>Checks a MetaGraph against its record.</summary>
    /// <exception cref="MismatchException">They differ.</exception>
    public static void Check(string what, JsonElement expected, MetaGraphDef meta)
    {
        JsonFacts.Check(what, expected, Of(meta));
        JsonFacts.CheckNames($"{what}.collections", expected.GetProperty("collections"), meta.CollectionDef.Keys);
    }

    private static JsonObject Of(MetaGraphDef meta) => new()
    {
        ["nodes"] = meta.GraphDef.Node.Count,
        ["ops"] = Sorted(meta.GraphDef.Node.Select(node => node.Op)),
        ["tags"] = Array(meta.MetaInfoDef.Tags.Select(tag => (JsonNode?)tag)),
        ["stripped_default_attrs"] = meta.MetaInfoDef.StrippedDefaultAttrs,
        ["tensorflow_version"] = meta.MetaInfoDef.TensorflowVersion,
        ["stripped_op_list"] = meta.MetaInfoDef.StrippedOpList?.Op.Count ?? 0,
        ["graph_versions"] = new JsonObject { ["producer"] = meta.GraphDef.Versions?.Producer ?? 0, ["min_consumer"] = meta.GraphDef.Versions?.MinConsumer ?? 0 },
        ["functions"] = Sorted(meta.GraphDef.Library?.Function.Select(function => function.Signature.Name) ?? []),
        ["devices"] = Sorted(meta.GraphDef.Node.Select(node => node.Device)),
        ["collections"] = new JsonObject(meta.CollectionDef.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Collection(pair.Value)))),
        ["variables"] = Variables(meta, "variables"),
        ["trainable_variables"] = Variables(meta, "trainable_variables"),
        ["saver_def"] = Saver(meta.SaverDef),
        ["signatures"] = Sorted(meta.SignatureDef.Keys),
        ["asset_files"] = Array(meta.AssetFileDef.Select(asset => (JsonNode?)new JsonArray(asset.TensorInfo.Name, asset.Filename))),
    };

    private static JsonObject Collection(CollectionDef collection) => collection.KindCase switch
    {
        CollectionDef.KindOneofCase.NodeList => Kind("node_list", collection.NodeList.Value.Select(name => (JsonNode?)name)),
        CollectionDef.KindOneofCase.BytesList => Kind("bytes_list", collection.BytesList.Value.Select(bytes => (JsonNode?)bytes.ToBase64())),
        CollectionDef.KindOneofCase.Int64List => Kind("int64_list", collection.Int64List.Value.Select(number => (JsonNode?)number)),
        CollectionDef.KindOneofCase.FloatList => Kind("float_list", collection.FloatList.Value.Select(Number)),
        CollectionDef.KindOneofCase.AnyList => Kind("any_list", collection.AnyList.Value.Select(any => (JsonNode?)new JsonObject { ["type_url"] = any.TypeUrl, ["value_b64"] = any.Value.ToBase64() })),
        _ => new JsonObject { ["kind"] = null },
    };

    private static JsonObject Kind(string kind, IEnumerable<JsonNode?> values) => new() { ["kind"] = kind, ["values"] = Array(values) };

    // Python writes a float as the double that it is; those that JSON lacks become words.
    private static JsonNode? Number(float value) => float.IsFinite(value) ? (JsonNode)(double)value : float.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    private static JsonArray Variables(MetaGraphDef meta, string key) =>
        Array((meta.CollectionDef.TryGetValue(key, out CollectionDef? collection) ? collection.BytesList?.Value ?? [] : Enumerable.Empty<ByteString>())
            .Select(VariableDef.Parser.ParseFrom).Select(Variable));

    private static JsonNode? Variable(VariableDef variable) => new JsonObject
    {
        ["variable_name"] = variable.VariableName,
        ["initializer_name"] = variable.InitializerName,
        ["snapshot_name"] = variable.SnapshotName,
        ["initial_value_name"] = variable.InitialValueName,
        ["is_resource"] = variable.IsResource,
        ["trainable"] = variable.Trainable,
        ["synchronization"] = (int)variable.Synchronization,
        ["aggregation"] = (int)variable.Aggregation,
        ["save_slice_info"] = variable.SaveSliceInfoDef is not { } slice ? null : new JsonObject
        {
            ["full_name"] = slice.FullName,
            ["full_shape"] = Array(slice.FullShape.Select(size => (JsonNode?)size)),
            ["var_offset"] = Array(slice.VarOffset.Select(size => (JsonNode?)size)),
            ["var_shape"] = Array(slice.VarShape.Select(size => (JsonNode?)size)),
        },
    };

    private static JsonObject? Saver(SaverDef? saver) => saver is null ? null : new JsonObject
    {
        ["filename_tensor_name"] = saver.FilenameTensorName,
        ["save_tensor_name"] = saver.SaveTensorName,
        ["restore_op_name"] = saver.RestoreOpName,
        ["max_to_keep"] = saver.MaxToKeep,
        ["sharded"] = saver.Sharded,
        ["keep_checkpoint_every_n_hours"] = (double)saver.KeepCheckpointEveryNHours,
        ["version"] = (int)saver.Version,
    };

    private static JsonArray Sorted(IEnumerable<string> names) => Array(names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => (JsonNode?)name));

    private static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);
}
