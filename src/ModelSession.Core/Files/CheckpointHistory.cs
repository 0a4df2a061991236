namespace ModelSessions.Files;

/// <summary>A checkpoint that a saver remembers.</summary>
/// <param name="Prefix">Its full path.</param>
/// <param name="Time">When it was saved, in seconds since 1970; infinite if that is not known.</param>
internal readonly record struct RememberedCheckpoint(string Prefix, double Time);

/// <summary>What a save makes of a saver's memory.</summary>
/// <param name="Last">The checkpoints remembered from then on, oldest first.</param>
/// <param name="Retired">Those that are to be removed.</param>
/// <param name="KeepAfter">The next checkpoint that goes out of memory is not removed if it was saved after this time.</param>
internal sealed record HistoryStep(IReadOnlyList<RememberedCheckpoint> Last, IReadOnlyList<string> Retired, double KeepAfter);

/// <summary>Which checkpoints a saver remembers, and which go when a new one is saved: the rules of TensorFlow's Saver.</summary>
internal sealed class CheckpointHistory
{
    private readonly CheckpointOptions _options;
    private double _keepAfter;

    public CheckpointHistory(CheckpointOptions options)
    {
        _options = options;
        _keepAfter = Now + Interval;
    }

    /// <summary>What is remembered, oldest first.</summary>
    public IReadOnlyList<RememberedCheckpoint> Last { get; private set; } = [];

    private double Interval => _options.KeepEveryHours * 3600;

    private double Now => Seconds(_options.Clock.GetUtcNow());

    /// <summary>A time as TensorFlow counts it.</summary>
    public static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>Remembers these and no others.</summary>
    public void Set(IEnumerable<RememberedCheckpoint> checkpoints) => Last = [.. checkpoints.DistinctBy(checkpoint => checkpoint.Prefix)];

    /// <summary>The time when the last checkpoint was kept for good, as a state file tells it.</summary>
    public void SetLastKept(double time) => _keepAfter = time + Interval;

    /// <summary>When a checkpoint was last kept for good, for a state file.</summary>
    public double LastKept(HistoryStep step) => step.KeepAfter - Interval;

    /// <summary>What saving a checkpoint makes of the memory. One saved before under the same prefix moves to the end.</summary>
    public HistoryStep Plan(string prefix)
    {
        // A saver of TensorFlow's that keeps all remembers none but what it was told to.
        if (_options.MaxToKeep <= 0 && !_options.CountExisting)
        {
            return new HistoryStep(Last, [], _keepAfter);
        }

        List<RememberedCheckpoint> last = [.. Last.Where(known => known.Prefix != prefix), new(prefix, Now)];
        List<string> retired = [];
        double keepAfter = _keepAfter;
        int excess = _options.MaxToKeep <= 0 ? 0 : Math.Max(0, last.Count - _options.MaxToKeep);
        // TensorFlow lets go of one at a time, so that an excess never shrinks; kept so where its memory is asked for.
        foreach (RememberedCheckpoint old in last[..(_options.CountExisting ? excess : Math.Min(1, excess))])
        {
            last.Remove(old);
            if (old.Time > keepAfter)
            {
                keepAfter += Interval;
            }
            else
            {
                retired.Add(old.Prefix);
            }
        }

        return new HistoryStep(last, retired, keepAfter);
    }

    /// <summary>The save has succeeded.</summary>
    public void Accept(HistoryStep step)
    {
        Last = step.Last;
        _keepAfter = step.KeepAfter;
    }
}
