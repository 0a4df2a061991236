namespace ModelSessions;

/// <summary>What one call that trained a session did, and what it needs to be repeated.</summary>
public sealed record TrainingRun
{
    /// <summary>The number of the call, from 1 on, over all processes.</summary>
    public int Number { get; init; }

    /// <summary>When it began (UTC).</summary>
    public DateTime Started { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why it ended; null if it had not when the checkpoint that tells of it was saved.</summary>
    public StopReason? StopReason { get; init; }

    /// <summary>The iteration before it; null if the graph does not count.</summary>
    public long? FirstIteration { get; init; }

    /// <summary>The iteration after it; null if the graph does not count.</summary>
    public long? LastIteration { get; init; }

    /// <summary>The number of steps.</summary>
    public long Steps { get; init; }

    /// <summary>The number of examples; 0 where the graph has data of its own.</summary>
    public long Examples { get; init; }

    /// <summary>The loss of the last batch, before its step; null if the binding has none.</summary>
    public double? Loss { get; init; }

    /// <summary>The checkpoint that the session stood at; null if it went on from an earlier call, or from its first values.</summary>
    public string? StartedFrom { get; init; }

    /// <summary>The examples of one step; null where the graph has data of its own.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Whether examples were taken in a new order each time through; null where the graph has data of its own.</summary>
    public bool? Shuffle { get; init; }

    /// <summary>What became of the last examples of an epoch where they did not fill a batch; null where the graph has data of its own.</summary>
    public string? LastBatch { get; init; }

    /// <summary>The session's seed: of first values and random operations.</summary>
    public int Seed { get; init; }

    /// <summary>The seed of the order of examples; null where the graph has data of its own.</summary>
    public long? ShuffleSeed { get; init; }

    /// <summary>The dataset's name; null where the graph has data of its own.</summary>
    public string? Dataset { get; init; }

    /// <summary>The dataset's fingerprint.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>How many examples the dataset has.</summary>
    public long? DatasetExamples { get; init; }

    /// <summary>How many times the dataset had been gone through before.</summary>
    public long? Epoch { get; init; }

    /// <summary>How many examples of that epoch had been taken before.</summary>
    public long? EpochIndex { get; init; }

    /// <summary>The train operation that was run.</summary>
    public string TrainOperation { get; init; } = "";

    /// <summary>What was fed beside the examples.</summary>
    public IReadOnlyList<RunHyperparameter> Hyperparameters { get; init => field = new RunList<RunHyperparameter>(value, list => string.Join("; ", list)); } = [];

    /// <summary>Losses and metrics at intervals, thinned out where there are many (<see cref="MostPoints"/>).</summary>
    public IReadOnlyList<TrainingPoint> Points { get; init => field = new RunList<TrainingPoint>(value, list => $"{list.Count} points"); } = [];

    /// <summary>The names of the checkpoints that were saved, the last <see cref="MostCheckpoints"/> of them.</summary>
    public IReadOnlyList<string> Checkpoints { get; init => field = new RunList<string>(value, list => string.Join("; ", list)); } = [];

    /// <summary>The version of this library.</summary>
    public string Version { get; init; } = "";

    /// <summary>The engine.</summary>
    public string Engine { get; init; } = "";

    /// <summary>The threads of a step. Results do not depend on them.</summary>
    public int Threads { get; init; }

    /// <summary>What of the processor the bits of results may depend on.</summary>
    public string Processor { get; init; } = "";

    /// <summary>.NET and the operating system.</summary>
    public string Runtime { get; init; } = "";

    /// <summary>The points as rows of one table, as <see cref="TrainingHistory.Rows"/> gives those of all calls.</summary>
    public IEnumerable<IReadOnlyList<KeyValuePair<string, object?>>> Rows() => HistoryRows.Of([this]);

    /// <summary>The most points that are kept of a call: half of them with metrics, half with the loss alone.</summary>
    public const int MostPoints = 256;

    /// <summary>The most checkpoints that are named.</summary>
    public const int MostCheckpoints = 32;

    /// <summary><c>run 2: 150 → 300, Completed, loss 0.1312</c>.</summary>
    public override string ToString() =>
        $"run {Number}: {(FirstIteration is { } first && LastIteration is { } last ? $"{first} → {last}" : $"{Steps} steps")}, {StopReason?.ToString() ?? "not ended"}{(Loss is null ? "" : ", loss ")}{Loss:0.####}";
}

/// <summary>A hyperparameter during a call.</summary>
/// <param name="Name">Its name in the binding.</param>
/// <param name="Start">Its value at the first step.</param>
/// <param name="End">Its value at the last step.</param>
/// <param name="Schedule">How it went; null if it kept its value from before.</param>
public sealed record RunHyperparameter(string Name, double? Start, double? End, string? Schedule)
{
    /// <summary><c>learning_rate: 0.001 → 0.0001 (0 = 0.001; 200 = 0.0001)</c>.</summary>
    public override string ToString() =>
        $"{Name}: {Start:G6}{(Nullable.Equals(Start, End) ? "" : $" → {End:G6}")}{(Schedule is null || Schedule == Start?.ToString(System.Globalization.CultureInfo.InvariantCulture) ? "" : $" ({Schedule})")}";
}

/// <summary>A training at one iteration.</summary>
/// <param name="Iteration">The iteration after the step.</param>
/// <param name="Loss">The loss of its batch before the step; null if the binding has none.</param>
/// <param name="Batch">Loss (<c>loss</c>) and metrics of that batch after the step; null if they were not evaluated.</param>
/// <param name="Validation">Loss and metrics of the validation part; null if they were not evaluated.</param>
public sealed record TrainingPoint(long Iteration, double? Loss, IReadOnlyDictionary<string, double>? Batch = null, IReadOnlyDictionary<string, double>? Validation = null);
