namespace ModelSessions.Training;

/// <summary>How long a training is to be, counted from its start. Of steps, examples and epochs at most one is given; without any, only time ends it.</summary>
/// <param name="Steps">The number of steps.</param>
/// <param name="Examples">The number of examples.</param>
/// <param name="Epochs">How many times the data is gone through.</param>
/// <param name="Time">The longest time.</param>
internal readonly record struct TrainingLength(long? Steps, long? Examples, double? Epochs, TimeSpan? Time)
{
    /// <summary>What options mean for a session.</summary>
    /// <exception cref="ArgumentException">They contradict each other, or make no sense.</exception>
    /// <exception cref="GraphException">An iteration is to be reached, and the graph does not count.</exception>
    public static TrainingLength Of(TrainingOptions options, ModelSession session)
    {
        Positive(options.BatchSize, "The batch size");
        Positive(options.Steps, "The number of steps");
        Positive(options.Examples, "The number of examples");
        Positive(options.UntilIteration, "The iteration to train to");
        if (new[] { options.Steps is not null, options.Examples is not null, options.Epochs is not null, options.UntilIteration is not null }.Count(given => given) > 1)
        {
            throw new ArgumentException("Only one of steps, examples, epochs and an iteration can say how long to train.");
        }

        if (options.Epochs is not null and not (> 0 and < 1e12))
        {
            throw new ArgumentOutOfRangeException(null, $"The number of epochs must be above 0; it is {options.Epochs}.");
        }

        TimeSpan? time = TimeOf(options);
        bool counted = options.Steps is not null || options.Examples is not null || options.UntilIteration is not null;
        return new TrainingLength(
            options.UntilIteration is { } until ? StepsTo(until, session) : options.Steps,
            options.Examples,
            options.Epochs ?? (counted || time is not null ? null : 1),
            time);
    }

    /// <summary>The examples to take of a dataset of some size; of epochs, those that are left out count, too. All that can be counted if
    /// something else ends the training.</summary>
    public long ExamplesOf(long count) => Examples ?? (Epochs is { } epochs ? (long)Math.Ceiling(epochs * count) : long.MaxValue);

    /// <summary>How many batches that is.</summary>
    /// <param name="count">The number of examples in the dataset.</param>
    /// <param name="index">How many of them were taken before.</param>
    /// <param name="batchSize">The size of a batch.</param>
    /// <param name="last">What becomes of an epoch's last examples.</param>
    public long StepsOf(long count, long index, int batchSize, LastBatch last)
    {
        long examples = ExamplesOf(count);
        if (Steps is { } steps || examples == long.MaxValue)
        {
            return Steps ?? long.MaxValue;
        }

        if (last == LastBatch.CarryOver || (last == LastBatch.Drop && Examples is not null))
        {
            return Batches(examples);
        }

        long first = count - index, rest = examples - first;
        return rest <= 0 ? Batches(examples) : Batches(first) + rest / count * Batches(count) + Batches(rest % count);

        long Batches(long examples) => last == LastBatch.Drop ? examples / batchSize : (examples + batchSize - 1) / batchSize;
    }

    /// <summary>Makes sure that a graph's own data can be gone through so far.</summary>
    /// <exception cref="ArgumentException">It cannot.</exception>
    public void CheckForOwnData()
    {
        if (Examples is not null)
        {
            throw new ArgumentException("The graph has data of its own, whose examples are not counted: say the number of steps or of epochs.");
        }

        if (Epochs is { } epochs && !(epochs >= 1 && Math.Floor(epochs) == epochs))
        {
            throw new ArgumentOutOfRangeException(null, $"The graph has data of its own, of which only whole epochs can be gone through, not {epochs}.");
        }
    }

    private static long StepsTo(long until, ModelSession session) => session.Iteration is { } iteration
        ? Math.Max(0, until - iteration)
        : throw new GraphException(StatusCode.FailedPrecondition, $"The model cannot be trained to iteration {until}: its graph does not count iterations. Say the number of steps, or bind the role '{Roles.Iteration}' to a variable that the train operation increments.");

    private static TimeSpan? TimeOf(TrainingOptions options)
    {
        if (options.TimeLimit is { } limit && limit <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(null, $"The time limit must be above 0; it is {limit}.");
        }

        TimeSpan? until = options.UntilTime - options.Clock.GetUtcNow();
        return until is { } time ? new TimeSpan(Math.Max(0, Math.Min(time.Ticks, options.TimeLimit?.Ticks ?? long.MaxValue))) : options.TimeLimit;
    }

    private static void Positive(long? value, string what)
    {
        if (value <= 0)
        {
            throw new ArgumentOutOfRangeException(null, $"{what} must be 1 or more; it is {value}.");
        }
    }
}
