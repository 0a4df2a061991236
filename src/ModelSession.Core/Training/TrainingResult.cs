namespace ModelSessions;

/// <summary>Why a training ended.</summary>
public enum StopReason
{
    /// <summary>It did all that was asked.</summary>
    Completed,

    /// <summary>The caller stopped it.</summary>
    Stopped,

    /// <summary>Its time was up.</summary>
    TimeLimit,

    /// <summary>The model no longer became better.</summary>
    EarlyStop,

    /// <summary>A number was not finite.</summary>
    NaN,

    /// <summary>The graph's own data ended, and did not begin anew.</summary>
    EndOfData,
}

/// <summary>What a training did.</summary>
/// <param name="StopReason">Why it ended.</param>
/// <param name="FirstIteration">The iteration before it; null if the graph does not count.</param>
/// <param name="LastIteration">The iteration after it; null if the graph does not count.</param>
/// <param name="Steps">The number of steps.</param>
/// <param name="Examples">The number of examples; 0 where the graph has data of its own.</param>
/// <param name="Loss">The loss of the last batch, before its step; null if the binding has none or no step was done.</param>
/// <param name="Duration">How long it took.</param>
public sealed record TrainingResult(
    StopReason StopReason, long? FirstIteration, long? LastIteration, long Steps, long Examples, double? Loss, TimeSpan Duration)
{
    /// <summary>More about the reason, for people: which metric stood still, which tensor was not finite. Null where there is nothing to add.</summary>
    public string? Explanation { get; init; }

    /// <summary>The first tensor that was not finite, where that ended the training; else null.</summary>
    public Training.NonFiniteTensor? NonFinite { get; init; }
}
