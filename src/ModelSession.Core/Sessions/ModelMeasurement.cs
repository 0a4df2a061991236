namespace ModelSessions;

/// <summary>How long runs of a model take.</summary>
public sealed record ModelMeasurement
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>What was run: the names of what was fetched, and of operations.</summary>
    public required string[] Run { get; init; }

    /// <summary>The examples of a run; null where that is not known.</summary>
    public long? BatchSize { get; init; }

    /// <summary>How many runs were timed.</summary>
    public required int Count { get; init; }

    /// <summary>The shortest run.</summary>
    public required TimeSpan Minimum { get; init; }

    /// <summary>As many runs were shorter as were longer.</summary>
    public required TimeSpan Median { get; init; }

    /// <summary>The mean.</summary>
    public required TimeSpan Mean { get; init; }

    /// <summary>95 of 100 runs were no longer.</summary>
    public required TimeSpan P95 { get; init; }

    /// <summary>Examples in a second, by the median; null where their number is not known.</summary>
    public double? ExamplesPerSecond => BatchSize is { } size && Median > TimeSpan.Zero ? size / Median.TotalSeconds : null;

    /// <summary>The engine.</summary>
    public required string Engine { get; init; }

    /// <summary>The threads that a run may use.</summary>
    public required int ThreadCount { get; init; }

    /// <summary>The most bytes that the tensors of the session's runs have held at a time so far, variables apart.</summary>
    public required long PeakMemory { get; init; }

    /// <summary>The time by kinds of ops, the longest first; empty if it was not asked for.</summary>
    public OpMeasurement[] Nodes { get; init; } = [];
}

/// <summary>How long the nodes of one kind take in a run.</summary>
/// <param name="Type">The op kind.</param>
/// <param name="Count">How many of them run.</param>
/// <param name="Duration">How long all of them take together.</param>
/// <param name="Share">Which part of the time of all nodes that is.</param>
/// <param name="Bytes">The size of what they give.</param>
public sealed record OpMeasurement(string Type, double Count, TimeSpan Duration, double Share, long Bytes);
