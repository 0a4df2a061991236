namespace ModelSessions.Training;

/// <summary>Saves checkpoints while a session is trained: every so many iterations, or every so often.</summary>
public sealed class CheckpointObserver : TrainingObserver
{
    private readonly long? _interval;
    private readonly TimeSpan _period;
    private readonly SaveOptions _save;
    private readonly Action<TrainingProgress, CheckpointInfo>? _report;
    private readonly TimeProvider _clock;
    private long _last;

    /// <summary>Saves every so many iterations, counted from iteration 0.</summary>
    /// <param name="interval">The number of iterations.</param>
    /// <param name="folder">The folder; null for the session's own.</param>
    /// <param name="name">The beginning of the prefix.</param>
    /// <param name="report">Receives each checkpoint; null for nobody.</param>
    public CheckpointObserver(
        long interval, string? folder = null, string name = ModelSession.DefaultCheckpointName, Action<TrainingProgress, CheckpointInfo>? report = null)
        : this(interval, default, new SaveOptions { Folder = folder, Name = name }, report, null)
    {
        if (interval < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "An interval must be 1 or more.");
        }
    }

    /// <summary>Saves as soon as so much time has passed since the start or the last save.</summary>
    /// <param name="period">The time.</param>
    /// <param name="save">Where and how; null for the session's folder.</param>
    /// <param name="report">Receives each checkpoint; null for nobody.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    public CheckpointObserver(TimeSpan period, SaveOptions? save = null, Action<TrainingProgress, CheckpointInfo>? report = null, TimeProvider? clock = null)
        : this(null, period, save ?? new SaveOptions(), report, clock)
    {
        if (period <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(period), period, "The time between two checkpoints must be above 0.");
        }
    }

    private CheckpointObserver(long? interval, TimeSpan period, SaveOptions save, Action<TrainingProgress, CheckpointInfo>? report, TimeProvider? clock)
    {
        _interval = interval;
        _period = period;
        _save = save;
        _report = report;
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>The saver; null for the session's own. It belongs to the session that is trained.</summary>
    public Saver? Saver { get; init; }

    /// <inheritdoc/>
    public override void Started(TrainingProgress progress) => _last = _clock.GetTimestamp();

    /// <inheritdoc/>
    public override void Settled(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (_interval is { } interval ? progress.Iteration % interval == 0 : _clock.GetElapsedTime(_last) >= _period)
        {
            CheckpointInfo? checkpoint = progress.Save(_save, Saver);
            // From its end: a save that takes longer than the period does not follow the one before at once.
            _last = _clock.GetTimestamp();
            if (checkpoint is not null)
            {
                _report?.Invoke(progress, checkpoint);
            }
        }
    }
}
