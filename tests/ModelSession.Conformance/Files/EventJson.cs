using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>An event as the golden files write it down.</summary>
internal static class EventJson
{
    public static JsonObject Of(Event e)
    {
        JsonObject json = new() { ["what"] = Kind(e), ["step"] = e.Step, ["wall_time"] = e.WallTime };
        switch (e.WhatCase)
        {
            case Event.WhatOneofCase.FileVersion:
                json["file_version"] = e.FileVersion;
                break;
            case Event.WhatOneofCase.GraphDef:
                AddGraph(json, e.GraphDef, GraphDef.Parser.ParseFrom(e.GraphDef).Node.Count);
                break;
            case Event.WhatOneofCase.MetaGraphDef:
                AddGraph(json, e.MetaGraphDef, MetaGraphDef.Parser.ParseFrom(e.MetaGraphDef).GraphDef.Node.Count);
                break;
            case Event.WhatOneofCase.Summary:
                json["values"] = new JsonArray([.. e.Summary.Value.Select(Value)]);
                break;
            case Event.WhatOneofCase.SessionLog:
                json["session_log"] = new JsonObject { ["status"] = (int)e.SessionLog.Status, ["checkpoint_path"] = e.SessionLog.CheckpointPath, ["msg"] = e.SessionLog.Msg };
                break;
            case Event.WhatOneofCase.TaggedRunMetadata:
                json["tagged_run_metadata"] = new JsonObject { ["tag"] = e.TaggedRunMetadata.Tag, ["size"] = e.TaggedRunMetadata.RunMetadata.Length };
                break;
            default:
                break;
        }

        if (e.SourceMetadata is not null)
        {
            json["source_metadata"] = e.SourceMetadata.Writer;
        }

        return json;
    }

    /// <summary>The kind of a value in a summary, as Python names it.</summary>
    public static string? Kind(Summary.Types.Value value) => value.ValueCase switch
    {
        Summary.Types.Value.ValueOneofCase.SimpleValue => "simple_value",
        Summary.Types.Value.ValueOneofCase.ObsoleteOldStyleHistogram => "obsolete_old_style_histogram",
        Summary.Types.Value.ValueOneofCase.Image => "image",
        Summary.Types.Value.ValueOneofCase.Histo => "histo",
        Summary.Types.Value.ValueOneofCase.Audio => "audio",
        Summary.Types.Value.ValueOneofCase.Tensor => "tensor",
        _ => null,
    };

    private static string? Kind(Event e) => e.WhatCase switch
    {
        Event.WhatOneofCase.FileVersion => "file_version",
        Event.WhatOneofCase.GraphDef => "graph_def",
        Event.WhatOneofCase.Summary => "summary",
        Event.WhatOneofCase.SessionLog => "session_log",
        Event.WhatOneofCase.TaggedRunMetadata => "tagged_run_metadata",
        Event.WhatOneofCase.MetaGraphDef => "meta_graph_def",
        Event.WhatOneofCase.None => null,
        _ => "log_message",
    };

    private static JsonNode Value(Summary.Types.Value value)
    {
        JsonObject json = new() { ["tag"] = value.Tag, ["kind"] = Kind(value) };
        if (value.Metadata is { } metadata)
        {
            json["metadata"] = new JsonObject
            {
                ["plugin_name"] = metadata.PluginData?.PluginName ?? "",
                ["plugin_content_b64"] = metadata.PluginData?.Content.ToBase64() ?? "",
                ["display_name"] = metadata.DisplayName,
                ["summary_description"] = metadata.SummaryDescription,
                ["data_class"] = (int)metadata.DataClass,
            };
        }

        switch (value.ValueCase)
        {
            case Summary.Types.Value.ValueOneofCase.SimpleValue:
                json["simple_value"] = float.IsFinite(value.SimpleValue) ? (double)value.SimpleValue
                    : float.IsNaN(value.SimpleValue) ? "nan" : value.SimpleValue > 0 ? "inf" : "-inf";
                break;
            case Summary.Types.Value.ValueOneofCase.Histo:
                json["histo"] = Histogram(value.Histo);
                break;
            case Summary.Types.Value.ValueOneofCase.Image:
                json["image"] = new JsonObject
                {
                    ["height"] = value.Image.Height,
                    ["width"] = value.Image.Width,
                    ["colorspace"] = value.Image.Colorspace,
                    ["sha256"] = Sha256(value.Image.EncodedImageString),
                    ["size"] = value.Image.EncodedImageString.Length,
                };
                break;
            case Summary.Types.Value.ValueOneofCase.Audio:
                json["audio"] = new JsonObject
                {
                    ["sample_rate"] = (double)value.Audio.SampleRate,
                    ["num_channels"] = value.Audio.NumChannels,
                    ["length_frames"] = value.Audio.LengthFrames,
                    ["content_type"] = value.Audio.ContentType,
                    ["sha256"] = Sha256(value.Audio.EncodedAudioString),
                };
                break;
            case Summary.Types.Value.ValueOneofCase.Tensor:
                json["tensor"] = Values(TensorCodec.Parse(value.Tensor));
                break;
            default:
                break;
        }

        return json;
    }

    private static void AddGraph(JsonObject json, ByteString raw, int nodes) =>
        (json["size"], json["sha256"], json["nodes"]) = (raw.Length, Sha256(raw), nodes);

    private static JsonObject Histogram(HistogramProto histogram) => new()
    {
        ["min"] = histogram.Min,
        ["max"] = histogram.Max,
        ["num"] = histogram.Num,
        ["sum"] = histogram.Sum,
        ["sum_squares"] = histogram.SumSquares,
        ["bucket_limit"] = new JsonArray([.. histogram.BucketLimit.Select(limit => JsonValue.Create(limit))]),
        ["bucket"] = new JsonArray([.. histogram.Bucket.Select(count => JsonValue.Create(count))]),
    };

    private static JsonObject Values(Tensor tensor)
    {
        const int most = 64;
        JsonObject json = new() { ["dtype"] = tensor.DType.Name(), ["shape"] = new JsonArray([.. tensor.Shape.Dimensions.ToArray().Select(size => JsonValue.Create(size))]) };
        if (tensor.DType == DType.String)
        {
            json["strings_b64"] = new JsonArray([.. Enumerable.Range(0, (int)tensor.ElementCount).Select(i => JsonValue.Create(Convert.ToBase64String(tensor.StringBytes(i))))]);
        }
        else
        {
            json["values"] = new JsonArray([.. Enumerable.Range(0, (int)Math.Min(most, tensor.ElementCount)).Select(i => JsonValue.Create(Number(tensor, i)))]);
        }

        return json;
    }

    private static double Number(Tensor tensor, int index) => tensor.DType switch
    {
        DType.Float32 => tensor.Span<float>()[index],
        DType.Float64 => tensor.Span<double>()[index],
        DType.Int32 => tensor.Span<int>()[index],
        DType.Int64 => tensor.Span<long>()[index],
        DType.UInt8 => tensor.Span<byte>()[index],
        DType.Bool => tensor.Span<bool>()[index] ? 1 : 0,
        _ => throw new InvalidDataException($"A summary with a tensor of {tensor.DType.Name()} is not known here."),
    };

    private static string Sha256(ByteString bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
}
