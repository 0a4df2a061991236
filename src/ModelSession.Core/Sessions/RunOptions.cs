namespace ModelSessions;

/// <summary>How a graph is run once.</summary>
public sealed record RunOptions
{
    /// <summary>The longest that the run may take; null for any time. It is looked at between nodes.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Is told of each node that runs; null for nobody.</summary>
    public RunTrace? Trace { get; init; }
}
