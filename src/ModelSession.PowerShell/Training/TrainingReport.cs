using System.Globalization;
using ModelSessions.Training;

namespace ModelSessions.PowerShell;

/// <summary>What Invoke-ModelTraining tells on the information stream while it trains.</summary>
/// <param name="Iteration">The iteration.</param>
/// <param name="Part">What was evaluated: the batch just learnt from, or the validation part.</param>
/// <param name="Accuracy">The share of examples that are right; null if the model has no such metric.</param>
/// <param name="Loss">The mean loss; null if the model has none.</param>
/// <param name="Count">The number of examples.</param>
public sealed record TrainingReport(long Iteration, string Part, double? Accuracy, double? Loss, long Count)
{
    /// <summary>All metrics by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Steps in a second.</summary>
    public double StepsPerSecond { get; init; }

    /// <summary>Examples in a second; 0 where the graph has data of its own.</summary>
    public double ExamplesPerSecond { get; init; }

    /// <summary>How long the training will take yet; null if that is not known.</summary>
    public TimeSpan? Remaining { get; init; }

    internal static TrainingReport Of(TrainingProgress progress, string part, EvaluationResult result) => new(progress.Iteration, part, result.Accuracy, result.Loss, result.Count)
    {
        Metrics = result.Metrics,
        StepsPerSecond = progress.StepsPerSecond,
        ExamplesPerSecond = progress.ExamplesPerSecond,
        Remaining = progress.Remaining,
    };

    /// <summary><c>iteration 100, validation: accuracy 0.9370, loss 0.2109, 2,650 examples/s, 0:01:12 left</c>.</summary>
    public override string ToString()
    {
        List<string> values = [.. Metrics.Select(metric => $"{metric.Key} {Number(metric.Value)}")];
        if (Loss is { } loss)
        {
            values.Add($"loss {Number(loss)}");
        }

        if (Rate(StepsPerSecond, ExamplesPerSecond) is { } rate)
        {
            values.Add(rate);
        }

        if (Remaining is { } left)
        {
            values.Add($"{Duration(left)} left");
        }

        return $"iteration {Iteration.ToString(CultureInfo.InvariantCulture)}, {Part}: {string.Join(", ", values)}";
    }

    /// <summary><c>2,650 examples/s</c>, or <c>53 steps/s</c> where examples are not counted; null before there is a rate.</summary>
    internal static string? Rate(double steps, double examples) =>
        examples > 0 ? $"{Speed(examples)} examples/s" : steps > 0 ? $"{Speed(steps)} steps/s" : null;

    private static string Number(double value) => value.ToString(Math.Abs(value) is > 0 and < 0.001 ? "0.00e-0" : "0.0000", CultureInfo.InvariantCulture);

    private static string Speed(double value) => value.ToString(value < 10 ? "0.0" : "n0", CultureInfo.InvariantCulture);

    private static string Duration(TimeSpan time) => time.ToString(time.TotalDays >= 1 ? @"d\.h\:mm\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);
}
