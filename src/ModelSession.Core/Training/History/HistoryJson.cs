using System.Text.Json;
using System.Text.Json.Serialization;
using ModelSessions.Files;

namespace ModelSessions.Training;

/// <summary>A history as JSON in a bytes collection of the MetaGraph. What cannot be read is no history, and a warning: it never keeps a
/// model from being restored.</summary>
internal static class HistoryJson
{
    /// <summary>The collection.</summary>
    public const string Key = "model_session/history";

    // A history of ours is far smaller.
    private const int LongestText = 16 << 20;

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = false,
        MaxDepth = 16,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new StopReasonConverter() },
    };

    /// <summary>The text; null for a session that was never trained.</summary>
    public static string? Write(TrainingHistory history) => history.Runs is { Count: > 0 } runs
        ? JsonSerializer.Serialize(new Content(history.Forgotten, runs), s_options)
        : null;

    /// <summary>The history in a graph's collections; an empty one if there is none.</summary>
    /// <param name="collections">The collections.</param>
    /// <param name="place">The file, as a sentence begins with it.</param>
    /// <param name="warn">Is told of one that cannot be read.</param>
    public static TrainingHistory Read(GraphCollections collections, string place, Action<string> warn)
    {
        IReadOnlyList<ScopedJson> texts = ScopedJson.All(collections, Key);
        string? text = texts.Count == 1 ? texts[0].Text : texts.FirstOrDefault(each => each.Scope.Length == 0).Text;
        if (text is null)
        {
            return new TrainingHistory();
        }

        try
        {
            return text.Length <= LongestText && JsonSerializer.Deserialize<Content>(text, s_options) is { Forgotten: >= 0 and < int.MaxValue / 2, Runs: { } runs } && runs.All(IsWhole)
                ? new TrainingHistory(runs.Select(Bounded), runs.Count > 0 ? Math.Max(0, runs[^1].Number - runs.Count) : 0)
                : Damaged(place, warn);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException or FormatException)
        {
            return Damaged(place, warn);
        }
    }

    /// <summary>The history that a checkpoint's own <c>.meta</c> file tells.</summary>
    public static TrainingHistory Read(CheckpointInfo checkpoint, Action<string> warn)
    {
        string path = checkpoint.Prefix + CheckpointFiles.MetaSuffix;
        if (!File.Exists(path))
        {
            return new TrainingHistory();
        }

        GraphCollections collections = new();
        try
        {
            collections = MetaGraphFile.ReadCollections(path, Key);
        }
        catch (ModelFileException error)
        {
            warn($"The training history of '{checkpoint.Prefix}' cannot be read: {error.Message}");
        }

        return Read(collections, $"The checkpoint '{checkpoint.Prefix}'", warn);
    }

    private static TrainingHistory Damaged(string place, Action<string> warn)
    {
        warn($"{place} has a training history that is damaged, or of a newer version; the history begins anew.");
        return new TrainingHistory();
    }

    // Lists of a file may hold nothing where something ought to be.
    private static bool IsWhole(TrainingRun run) =>
        run is { Number: > 0 and < int.MaxValue / 2 } && run.Hyperparameters.All(each => each?.Name is not null) && run.Points.All(point => point is not null) && run.Checkpoints.All(name => name is not null);

    private static TrainingRun Bounded(TrainingRun run) => run with
    {
        Points = run.Points.Count > TrainingRun.MostPoints ? Thinned<TrainingPoint>.Of(run.Points, TrainingRun.MostPoints) : run.Points,
        Checkpoints = run.Checkpoints.Count > TrainingRun.MostCheckpoints ? [.. run.Checkpoints.TakeLast(TrainingRun.MostCheckpoints)] : run.Checkpoints,
    };

    private sealed record Content(int Forgotten, IReadOnlyList<TrainingRun> Runs);

    // A newer version may know more reasons.
    private sealed class StopReasonConverter : JsonConverter<StopReason>
    {
        public override StopReason Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Enum.TryParse(reader.GetString(), out StopReason reason) && Enum.IsDefined(reason) ? reason : StopReason.Stopped;

        public override void Write(Utf8JsonWriter writer, StopReason value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
