namespace ModelSessions;

/// <summary>What a model must at least reach, and what it must not go above.</summary>
/// <param name="Minimum">The least values, by metric.</param>
/// <param name="Maximum">The greatest values, by metric or <c>loss</c>.</param>
public sealed record MetricLimits(IReadOnlyDictionary<string, double> Minimum, IReadOnlyDictionary<string, double> Maximum)
{
    /// <summary>Whether there are any.</summary>
    public bool Any => Minimum.Count + Maximum.Count > 0;

    /// <summary>What a result misses; empty if it is good enough. NaN is never good enough; what float32 rounds away is.</summary>
    /// <exception cref="GraphException">The result has no metric of a name.</exception>
    public MissedLimit[] Missed(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return
        [
            .. Minimum.Select(limit => (Name: NameOf(result, limit.Key), Limit: limit.Value)).Select(limit => (limit.Name, Value: ValueOf(result, limit.Name), limit.Limit))
                .Where(limit => !(limit.Value >= limit.Limit - Rounding(limit.Limit))).Select(limit => new MissedLimit(limit.Name, limit.Value, limit.Limit, null)),
            .. Maximum.Select(limit => (Name: NameOf(result, limit.Key), Limit: limit.Value)).Select(limit => (limit.Name, Value: ValueOf(result, limit.Name), limit.Limit))
                .Where(limit => !(limit.Value <= limit.Limit + Rounding(limit.Limit))).Select(limit => new MissedLimit(limit.Name, limit.Value, null, limit.Limit)),
        ];
    }

    // Metrics are float32: 769 right of 1,000 are 0.76899999, and reach 0.769.
    private static double Rounding(double limit) => double.IsFinite(limit) ? Math.Abs(limit) * (float.BitIncrement(1) - 1) : 0;

    private static string NameOf(EvaluationResult result, string name)
    {
        string[] known = [.. result.Metrics.Keys, .. result.Loss is null ? (string[])[] : [Roles.Loss]];
        return Array.Find(known, metric => metric.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw new GraphException(
            StatusCode.NotFound, $"The model has no metric '{name}'.{NearestNames.Hint(name, known)} It has {(known.Length == 0 ? "none" : string.Join(", ", known.Select(metric => $"'{metric}'")))}.");
    }

    private static double ValueOf(EvaluationResult result, string name) => result.Metrics.TryGetValue(name, out double value) ? value : result.Loss!.Value;
}

/// <summary>A limit that a model misses.</summary>
/// <param name="Metric">Of which metric.</param>
/// <param name="Value">What the model reaches.</param>
/// <param name="Minimum">What it should reach at least; null if that is not it.</param>
/// <param name="Maximum">What it should not go above; null if that is not it.</param>
public sealed record MissedLimit(string Metric, double Value, double? Minimum, double? Maximum)
{
    /// <summary><c>accuracy 0.9541, below 0.97</c>.</summary>
    public override string ToString() =>
        $"{Metric} {Value:0.####}, {(Minimum is not null ? "below" : "above")} {Minimum ?? Maximum:0.######}";
}
