namespace ModelSessions;

/// <summary>How good a model is on some examples.</summary>
/// <param name="Accuracy">The share of examples that it gets right; null if the binding has no metric of that name.</param>
/// <param name="Loss">The mean loss; null if the binding has none.</param>
/// <param name="Metrics">The means of all metrics, by name.</param>
/// <param name="Count">The number of examples.</param>
/// <param name="Iteration">The iteration of the model; null if its graph does not count.</param>
/// <param name="Checkpoint">The checkpoint's name, where the model is as it was saved or restored; else null.</param>
/// <param name="Duration">How long it took.</param>
public sealed record EvaluationResult(
    double? Accuracy, double? Loss, IReadOnlyDictionary<string, double> Metrics, long Count, long? Iteration, string? Checkpoint, TimeSpan Duration)
{
    /// <summary>The metrics that are tables, by name: how often each class is taken for each other.</summary>
    public IReadOnlyDictionary<string, MetricMatrix> Matrices { get; init; } = new Dictionary<string, MetricMatrix>();
}
