using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelSessions.Conformance.Models;

/// <summary><c>model.json</c>: what a golden model is. The schema is golden/models/README.md's.</summary>
internal sealed record ModelCase
{
    public required string Name { get; init; }

    /// <summary>The seed that the graph was built with.</summary>
    [JsonPropertyName("graph_seed")]
    public required long? GraphSeed { get; init; }

    public required int Steps { get; init; }

    /// <summary>The step of the checkpoint in the middle; null where the case is light.</summary>
    public required int? Mid { get; init; }

    public required bool Light { get; init; }

    public required IReadOnlyList<string> Init { get; init; }

    [JsonPropertyName("local_init")]
    public required IReadOnlyList<string> LocalInit { get; init; }

    public required SaverCase Saver { get; init; }

    public required IReadOnlyDictionary<string, string> Inputs { get; init; }

    public required IReadOnlyDictionary<string, string> Outputs { get; init; }

    [JsonPropertyName("predict_feeds")]
    public IReadOnlyDictionary<string, JsonElement> PredictFeeds { get; init; } = new Dictionary<string, JsonElement>();

    [JsonPropertyName("predict_tolerance")]
    public IReadOnlyDictionary<string, double> PredictTolerance { get; init; } = new Dictionary<string, double>();
}

/// <summary>The names of the saver's nodes.</summary>
internal sealed record SaverCase
{
    [JsonPropertyName("filename_tensor")]
    public required string FilenameTensor { get; init; }

    [JsonPropertyName("restore_op")]
    public required string RestoreOp { get; init; }
}
