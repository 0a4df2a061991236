namespace ModelSessions.Training;

/// <summary>How long and with what a session is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>The number of steps; null if examples or epochs say it.</summary>
    public long? Steps { get; init; }

    /// <summary>The number of examples, counted from where the training starts; the last batch is smaller if need be.</summary>
    public long? Examples { get; init; }

    /// <summary>How many times the dataset, or the graph's own data, is gone through; 1 if neither this nor steps nor examples are given.</summary>
    public double? Epochs { get; init; }

    /// <summary>The examples of one step. The last batch of an epoch may be smaller.</summary>
    public int BatchSize { get; init; } = 50;

    /// <summary>Whether examples are taken in a new order each time through, by the session's seed.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Values of hyperparameters by name; one left out keeps the last call's value, then the definition's.</summary>
    public IReadOnlyDictionary<string, Schedule> Hyperparameters { get; init; } = new Dictionary<string, Schedule>();

    /// <summary>Which train operation, by its name in the binding, where there are several.</summary>
    public string? Train { get; init; }

    /// <summary>Who is told of each step, in this order.</summary>
    public IReadOnlyList<TrainingObserver> Observers { get; init; } = [];

    /// <summary>How long to train where the graph has data of its own.</summary>
    /// <exception cref="ArgumentException">What is asked for cannot be counted there, or makes no sense.</exception>
    internal (long? Steps, double Epochs) OwnData()
    {
        Positive(Steps, "The number of steps");
        return (Steps, Examples, Epochs) switch
        {
            (_, not null, _) => throw new ArgumentException("The graph has data of its own, whose examples are not counted: say the number of steps or of epochs."),
            (not null, _, not null) => throw new ArgumentException("Only one of steps, examples and epochs can say how long to train."),
            (_, _, { } epochs) when !(epochs >= 1 && Math.Floor(epochs) == epochs) =>
                throw new ArgumentOutOfRangeException(null, $"The graph has data of its own, of which only whole epochs can be gone through, not {epochs}."),
            _ => (Steps, Epochs ?? 1),
        };
    }

    /// <summary>The examples that are asked for of a dataset of some size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number makes no sense; the message says which.</exception>
    internal long TotalExamples(long count)
    {
        Positive(BatchSize, "The batch size");
        Positive(Steps, "The number of steps");
        Positive(Examples, "The number of examples");
        if (new[] { Steps is not null, Examples is not null, Epochs is not null }.Count(given => given) > 1)
        {
            throw new ArgumentException("Only one of steps, examples and epochs can say how long to train.");
        }

        if (Epochs is not null and not (> 0 and < 1e12))
        {
            throw new ArgumentOutOfRangeException(null, $"The number of epochs must be above 0; it is {Epochs}.");
        }

        if (count == 0)
        {
            throw new ArgumentOutOfRangeException(null, "The dataset has no examples to train with.");
        }

        // More examples than a number can count are never reached either.
        return Examples ?? (Steps is { } steps ? (long)Math.Min(long.MaxValue, (decimal)steps * BatchSize) : (long)Math.Ceiling((Epochs ?? 1) * count));
    }

    private static void Positive(long? value, string what)
    {
        if (value <= 0)
        {
            throw new ArgumentOutOfRangeException(null, $"{what} must be 1 or more; it is {value}.");
        }
    }
}
