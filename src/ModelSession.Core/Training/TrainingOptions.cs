namespace ModelSessions.Training;

/// <summary>How long and with what a session is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>The number of steps; null if something else says how long.</summary>
    public long? Steps { get; init; }

    /// <summary>The number of examples, counted from where the training starts; the last batch is smaller if need be.</summary>
    public long? Examples { get; init; }

    /// <summary>How many times the dataset, or the graph's own data, is gone through; 1 if nothing says how long.</summary>
    public double? Epochs { get; init; }

    /// <summary>The iteration to train to, whatever was done before: nothing is done where the session is already there.</summary>
    public long? UntilIteration { get; init; }

    /// <summary>The longest time to train; where nothing else says how long, it does. The step at hand is finished first.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>The moment to end at, in the way of <see cref="TimeLimit"/>.</summary>
    public DateTimeOffset? UntilTime { get; init; }

    /// <summary>The examples of one step.</summary>
    public int BatchSize { get; init; } = 50;

    /// <summary>What becomes of the last examples of an epoch where they do not fill a batch.</summary>
    public LastBatch LastBatch { get; init; }

    /// <summary>Whether examples are taken in a new order each time through.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>The seed of these orders; null for the one in use, at first the session's. Another one than before begins a new epoch.</summary>
    public long? ShuffleSeed { get; init; }

    /// <summary>Values of hyperparameters by name; one left out keeps the last call's value, then the definition's.</summary>
    public IReadOnlyDictionary<string, Schedule> Hyperparameters { get; init; } = new Dictionary<string, Schedule>();

    /// <summary>Which train operation, by its name in the binding, where there are several.</summary>
    public string? Train { get; init; }

    /// <summary>Who is told of each step, in this order.</summary>
    public IReadOnlyList<TrainingObserver> Observers { get; init; } = [];

    /// <summary>Whether the training goes on where the loss is not finite, or a variable that is about to be saved; else it ends there.</summary>
    public bool AllowNonFinite { get; init; }

    /// <summary>How a checkpoint is saved when the training ends, early or not; null for none. None is saved of a session that is torn or
    /// whose numbers are not finite.</summary>
    public SaveOptions? SaveOnStop { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>What becomes of the last examples of an epoch where they do not fill a batch.</summary>
public enum LastBatch
{
    /// <summary>They are a smaller batch.</summary>
    Keep,

    /// <summary>They are left out.</summary>
    Drop,

    /// <summary>The first examples of the next epoch fill the batch up.</summary>
    CarryOver,
}
