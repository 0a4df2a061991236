using System.Globalization;

namespace ModelSessions.PowerShell;

/// <content>Of predictions, tests and measurements.</content>
public static partial class Readable
{
    /// <summary>Where a prediction's example comes from, in short: the name of its file, the row.</summary>
    /// <param name="path">The file; null if there is none.</param>
    /// <param name="row">The row; null if there is none.</param>
    public static string Source(object? path, object? row) => path is null ? $"{row}" : Path.GetFileName($"{path}");

    /// <summary>The name of a class, as wide as the model's longest: a table's columns are as wide as they are in its first row.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="name">The class or the label.</param>
    public static string Class(object? prediction, object? name) =>
        name is not null && Tables.Plain(prediction) is ClassPrediction live ? live.Widened(name) : $"{name}";

    /// <summary>The metrics of a result: <c>auc 0.9812, recall 0.7500</c>.</summary>
    public static string Metrics(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return string.Join(", ", result.Metrics.Select(metric => $"{metric.Key} {Metric(metric.Value)}"));
    }

    /// <summary>A duration in milliseconds, three digits after the point.</summary>
    public static string Milliseconds(TimeSpan duration) => duration.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture);
}
