using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelSessions.Conformance.Ops;

/// <summary>A set of cases: <c>index.json</c> of golden/ops.</summary>
internal sealed record OpIndex(IReadOnlyList<OpCase> Cases)
{
    /// <summary>Reads the index of a folder.</summary>
    public static OpIndex Read(string folder) => GoldenJson.Read<OpIndex>(Path.Combine(folder, "index.json"));
}

/// <summary>One case; the schema is golden/ops/README.md's.</summary>
internal sealed record OpCase
{
    public required string Id { get; init; }

    public required string Family { get; init; }

    public required string Graph { get; init; }

    public string? Data { get; init; }

    public required IReadOnlyList<OpRun> Runs { get; init; }

    /// <summary>Its names need not be in the graph.</summary>
    [JsonPropertyName("by_name")]
    public bool ByName { get; init; }

    public JsonElement Compare { get; init; }

    public OpGradient? Grad { get; init; }

    [JsonPropertyName("import_error")]
    public OpError? ImportError { get; init; }

    /// <summary>Files that the case finds in its working directory: name → base64.</summary>
    public IReadOnlyDictionary<string, string>? Files { get; init; }
}

/// <summary>One run of a session.</summary>
internal sealed record OpRun
{
    public IReadOnlyDictionary<string, JsonElement>? Feeds { get; init; }

    [JsonPropertyName("feed_list")]
    public IReadOnlyList<IReadOnlyList<JsonElement>>? FeedList { get; init; }

    public required IReadOnlyList<string> Fetches { get; init; }

    public required IReadOnlyList<string> Targets { get; init; }

    public IReadOnlyList<JsonElement>? Expected { get; init; }

    public OpError? Error { get; init; }
}

/// <summary>An expected error.</summary>
internal sealed record OpError(string Code, string Message);

/// <summary>The gradients of a case.</summary>
internal sealed record OpGradient
{
    public required string Graph { get; init; }

    public required IReadOnlyList<string> Ys { get; init; }

    public required IReadOnlyList<string> Xs { get; init; }

    [JsonPropertyName("grad_ys")]
    public required IReadOnlyList<string> GradYs { get; init; }

    [JsonPropertyName("setup_runs")]
    public int SetupRuns { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Feeds { get; init; }

    public required IReadOnlyList<OpGradientResult> Results { get; init; }
}

/// <summary>One gradient: dense, slices, or none.</summary>
internal sealed record OpGradientResult
{
    public required string Kind { get; init; }

    public string? Name { get; init; }

    public string? Values { get; init; }

    public string? Indices { get; init; }

    public JsonElement Expected { get; init; }

    [JsonPropertyName("expected_values")]
    public JsonElement ExpectedValues { get; init; }

    [JsonPropertyName("expected_indices")]
    public JsonElement ExpectedIndices { get; init; }
}
