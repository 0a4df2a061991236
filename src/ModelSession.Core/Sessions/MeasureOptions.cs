namespace ModelSessions;

/// <summary>What is measured of a model, and how often.</summary>
public sealed record MeasureOptions
{
    /// <summary>What is fetched: roles or names; null for the predictions, or the outputs of the signature.</summary>
    public IReadOnlyList<string>? Fetches { get; init; }

    /// <summary>Operations that are run: roles or names. They may change variables, as in training.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The signature that is run; null for none, if there is something else.</summary>
    public string? Signature { get; init; }

    /// <summary>How many runs are timed.</summary>
    public int Count { get; init; } = 100;

    /// <summary>How many runs come before these, untimed.</summary>
    public int WarmUp { get; init; } = 10;

    /// <summary>The examples of a run.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Whether the time of each kind of op is measured, too, by further runs.</summary>
    public bool Nodes { get; init; }

    /// <summary>Is told between two runs how many are done.</summary>
    public Action<WorkProgress>? Progress { get; init; }
}
