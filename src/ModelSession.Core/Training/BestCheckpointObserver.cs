namespace ModelSessions.Training;

/// <summary>Saves a checkpoint whenever a metric of the validation is better than ever before: under a name of its own, with a state file of
/// its own, so that it neither counts nor goes with the others. What was best is saved with checkpoints.</summary>
public sealed class BestCheckpointObserver : TrainingObserver
{
    /// <summary>The beginning of the checkpoint's prefix, unless told otherwise.</summary>
    public const string DefaultName = "best";

    private const string Section = "best";

    private BestSoFar _best;
    private readonly SaveOptions _save;
    private readonly Action<TrainingProgress, CheckpointInfo>? _report;
    private bool _isBetter;

    /// <summary>Saves the best checkpoint.</summary>
    /// <param name="metric"><c>loss</c>, or a metric's name in the binding.</param>
    /// <param name="save">Where and how; null for <see cref="DefaultName"/> in the session's folder.</param>
    /// <param name="report">Receives each checkpoint; null for nobody.</param>
    /// <param name="goal">Which value of the metric is the best.</param>
    public BestCheckpointObserver(string metric, SaveOptions? save = null, Action<TrainingProgress, CheckpointInfo>? report = null, MetricGoal goal = MetricGoal.Automatic)
    {
        _best = new BestSoFar(metric, goal, minDelta: 0);
        _save = save ?? new SaveOptions { Name = DefaultName, StateFile = $"checkpoint-{DefaultName}" };
        _report = report;
    }

    /// <inheritdoc/>
    /// <exception cref="GraphException">The model has no such metric.</exception>
    public override void Started(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _best.Check(progress.Session);
        _best = _best.Of(progress.Session);
        _best.TryRestore(progress.Session.StateSections[Section]);
        _isBetter = false;
    }

    /// <inheritdoc/>
    public override void Evaluated(TrainingProgress progress, EvaluatedPart part, EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(result);
        if (part == EvaluatedPart.Validation && _best.Take(_best.Of(result)))
        {
            progress.Session.StateSections[Section] = _best.Save(section => section["iteration"] = progress.Iteration);
            _isBetter = true;
        }
    }

    /// <inheritdoc/>
    public override void Settled(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (!_isBetter)
        {
            return;
        }

        _isBetter = false;
        if (progress.Save(_save, progress.Session.BestSaver) is { } checkpoint)
        {
            _report?.Invoke(progress, checkpoint);
        }
    }
}
