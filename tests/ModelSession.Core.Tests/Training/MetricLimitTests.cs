namespace ModelSessions.Tests.Training;

/// <summary>Whether results keep to limits.</summary>
public sealed class MetricLimitTests
{
    private static readonly EvaluationResult s_result = new(
        0.95, 0.2, new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase) { ["accuracy"] = 0.95, ["error"] = double.NaN }, 10, 5, null, TimeSpan.Zero);

    [Fact]
    public void What_is_on_the_right_side_of_a_limit_or_on_it_is_not_missed()
    {
        Assert.Empty(Limits(("Accuracy", 0.95), ("LOSS", 0.2)).Missed(s_result));
        Assert.False(new MetricLimits(new Dictionary<string, double>(), new Dictionary<string, double>()).Any);
    }

    [Fact]
    public void What_float32_rounds_away_is_not_missed()
    {
        EvaluationResult rounded = new(0.769f, 0.3f, new Dictionary<string, double> { ["accuracy"] = 0.769f }, 1000, 5, null, TimeSpan.Zero);
        Assert.True((double)0.769f < 0.769 && (double)0.3f > 0.3);
        Assert.Empty(Limits(("accuracy", 0.769), ("loss", 0.3)).Missed(rounded));
        Assert.Equal(2, Limits(("accuracy", 0.7690002), ("loss", 0.2999999)).Missed(rounded).Length);
        Assert.Equal(2, Limits(("accuracy", double.PositiveInfinity), ("loss", double.NegativeInfinity)).Missed(rounded).Length);
    }

    [Fact]
    public void What_is_missed_is_told_with_its_value()
    {
        MissedLimit[] missed = Limits(("accuracy", 0.97), ("loss", 0.1)).Missed(s_result);
        Assert.Equal(["accuracy 0.95, below 0.97", "loss 0.2, above 0.1"], missed.Select(limit => limit.ToString()));
    }

    [Fact]
    public void What_is_no_number_misses_every_limit() =>
        Assert.Equal(2, Limits(("error", double.MinValue), ("error", double.MaxValue)).Missed(s_result).Length);

    [Fact]
    public void A_metric_that_is_not_there_is_refused_with_the_nearest_names() => Assert.Contains(
        "Did you mean 'accuracy'", Assert.Throws<GraphException>(() => Limits(("acuracy", 1), ("loss", 1)).Missed(s_result)).Message, StringComparison.Ordinal);

    private static MetricLimits Limits((string Name, double Value) minimum, (string Name, double Value) maximum) =>
        new(new Dictionary<string, double> { [minimum.Name] = minimum.Value }, new Dictionary<string, double> { [maximum.Name] = maximum.Value });
}
