using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelSessions.Training;

/// <summary>The best value so far of a metric of the validation.</summary>
internal sealed class BestSoFar
{
    // What is better the higher it is; anything else is taken for a kind of error.
    private static readonly string[] s_gains = ["acc", "auc", "precision", "recall", "f1", "iou", "dice", "top", "bleu", "r2", "score", "hit", "similarity", "correlation", "sensitivity", "specificity"];

    private readonly MetricGoal _goal;

    /// <summary>Nothing yet.</summary>
    /// <param name="metric"><c>loss</c>, or a metric's name in the binding, whatever the case.</param>
    /// <param name="goal">Which value is the best.</param>
    /// <param name="minDelta">How much better is better.</param>
    public BestSoFar(string metric, MetricGoal goal, double minDelta)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(metric);
        if (!(minDelta >= 0 && double.IsFinite(minDelta)))
        {
            throw new ArgumentOutOfRangeException(null, $"The least difference must be 0 or more; it is {minDelta.ToString(CultureInfo.InvariantCulture)}.");
        }

        Metric = metric;
        MinDelta = minDelta;
        _goal = goal;
        IsHigherBetter = goal == MetricGoal.Maximum || (goal == MetricGoal.Automatic && Array.Exists(s_gains, gain => metric.Contains(gain, StringComparison.OrdinalIgnoreCase)));
    }

    public string Metric { get; }

    public bool IsHigherBetter { get; }

    public double MinDelta { get; }

    /// <summary>The best value; null before any.</summary>
    public double? Value { get; set; }

    /// <summary>Takes a new value. NaN is never better.</summary>
    /// <returns>Whether it is the best.</returns>
    public bool Take(double value)
    {
        bool better = Value is not { } best ? !double.IsNaN(value) : IsHigherBetter ? value > best + MinDelta : value < best - MinDelta;
        Value = better ? value : Value;
        return better;
    }

    /// <summary>The metric in a result.</summary>
    /// <exception cref="GraphException">The model has no such metric.</exception>
    public double Of(EvaluationResult result)
    {
        double? value = Metric.Equals(Roles.Loss, StringComparison.OrdinalIgnoreCase) ? result.Loss : null;
        return value ?? (result.Metrics.TryGetValue(Metric, out double metric) ? metric : throw Unknown(result));
    }

    /// <summary>The same of a session that is to be trained: it may say which value is the best.</summary>
    /// <exception cref="GraphException">It says that both are.</exception>
    public BestSoFar Of(ModelSession session)
    {
        if (_goal != MetricGoal.Automatic || BoundMetrics.Of(session).Tensor(Metric) is not { } tensor)
        {
            return this;
        }

        bool lowest = session.Binding.NamesOf(Roles.Minimum).Values.Contains(tensor), highest = session.Binding.NamesOf(Roles.Maximum).Values.Contains(tensor);
        return lowest && highest
            ? throw new GraphException(StatusCode.InvalidArgument, $"The binding names the metric '{Metric}' ('{tensor}') both under '{Roles.Minimum}' and under '{Roles.Maximum}'.")
            : lowest || highest ? new BestSoFar(Metric, highest ? MetricGoal.Maximum : MetricGoal.Minimum, MinDelta) { Value = Value } : this;
    }

    /// <summary>Makes sure that a session has the metric, before it is trained.</summary>
    /// <exception cref="GraphException">It has none of that name.</exception>
    public void Check(ModelSession session)
    {
        string[] known = [.. BoundMetrics.Of(session).Names, .. session.Binding.Name(Roles.Loss) is null ? (string[])[] : [Roles.Loss]];
        if (!known.Contains(Metric, StringComparer.OrdinalIgnoreCase))
        {
            throw Unknown(known);
        }
    }

    /// <summary>What is to be remembered, with more.</summary>
    public JsonObject Save(Action<JsonObject>? more = null)
    {
        JsonObject section = new() { ["metric"] = Metric, ["higher"] = IsHigherBetter, ["best"] = Value };
        more?.Invoke(section);
        return section;
    }

    /// <summary>Goes on from what was remembered, if it is of the same metric.</summary>
    public bool TryRestore(JsonNode? section)
    {
        bool same = section is JsonObject && string.Equals((string?)section["metric"], Metric, StringComparison.OrdinalIgnoreCase) && (bool?)section["higher"] == IsHigherBetter;
        Value = same ? (double?)section!["best"] : null;
        return same;
    }

    private GraphException Unknown(EvaluationResult result) => Unknown([.. result.Metrics.Keys, .. result.Loss is null ? (string[])[] : [Roles.Loss]]);

    private GraphException Unknown(string[] known) => new(
        StatusCode.NotFound, $"The model has no metric '{Metric}'.{NearestNames.Hint(Metric, known)} It has {(known.Length == 0 ? "none" : string.Join(", ", known.Select(name => $"'{name}'")))}.");
}
