using System.Collections;
using System.Globalization;
using System.Management.Automation;

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
    /// <param name="result">The result; what came of one from another process has a table of them.</param>
    public static string Metrics(object? result) => Tables.Plain(result) is EvaluationResult live
        ? Metrics(live.Metrics.Select(metric => (metric.Key, (double?)metric.Value)))
        : result is PSObject told && Tables.Plain(told.Properties["Metrics"]?.Value) is IDictionary table
            ? Metrics(table.Keys.Cast<object>().Order().Select(name => ($"{name}", Tables.Plain(table[name]) as double?)))
            : "";

    /// <summary>A duration in milliseconds, three digits after the point.</summary>
    public static string Milliseconds(TimeSpan duration) => duration.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Metrics(IEnumerable<(string Name, double? Value)> metrics) => string.Join(", ", metrics.Select(metric => $"{metric.Name} {Metric(metric.Value)}"));
}
