using ModelSessions.Training;

namespace ModelSessions;

/// <summary>Points of a history as rows of one table.</summary>
internal static class HistoryRows
{
    /// <summary>All points, with the same columns in each row: run, iteration, loss; then those of the batch and of the validation part.</summary>
    public static IEnumerable<IReadOnlyList<KeyValuePair<string, object?>>> Of(IReadOnlyList<TrainingRun> runs)
    {
        (EvaluatedPart Part, string Metric)[] metrics =
        [
            .. runs.SelectMany(run => run.Points).SelectMany(point => Names(EvaluatedPart.Batch, point.Batch).Concat(Names(EvaluatedPart.Validation, point.Validation)))
                .DistinctBy(each => (each.Part, each.Metric.ToUpperInvariant())).OrderBy(each => each.Part),
        ];
        return runs.SelectMany(run => run.Points.Select(point => (IReadOnlyList<KeyValuePair<string, object?>>)
        [
            new("Run", run.Number),
            new("Iteration", point.Iteration),
            new("Loss", point.Loss),
            .. metrics.Select(each => new KeyValuePair<string, object?>(
                $"{each.Part}{char.ToUpperInvariant(each.Metric[0])}{each.Metric.AsSpan(1)}", Value(each.Part == EvaluatedPart.Batch ? point.Batch : point.Validation, each.Metric))),
        ]));
    }

    private static IEnumerable<(EvaluatedPart Part, string Metric)> Names(EvaluatedPart part, IReadOnlyDictionary<string, double>? values) =>
        values?.Keys.Where(name => name.Length > 0).Select(name => (part, name)) ?? [];

    // A file's dictionary tells letters' cases apart.
    private static object? Value(IReadOnlyDictionary<string, double>? values, string metric) =>
        values?.Where(pair => string.Equals(pair.Key, metric, StringComparison.OrdinalIgnoreCase)).Select(pair => (object)pair.Value).FirstOrDefault();
}
