namespace ModelSessions.Training;

/// <summary>Does something at every so many iterations, counted from iteration 0.</summary>
public abstract class IntervalObserver : TrainingObserver
{
    private readonly long _interval;

    private protected IntervalObserver(long interval)
    {
        if (interval < 1)
        {
            throw new ArgumentOutOfRangeException(null, $"An interval must be 1 or more; it is {interval}.");
        }

        _interval = interval;
    }

    /// <inheritdoc/>
    public sealed override void Stepped(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (progress.Iteration % _interval == 0)
        {
            Due(progress);
        }
    }

    private protected abstract void Due(TrainingProgress progress);
}

/// <summary>Reports the metrics of the batch just learnt from.</summary>
/// <param name="interval">Every so many iterations.</param>
/// <param name="report">Receives them.</param>
public sealed class ReportObserver(long interval, Action<TrainingProgress, EvaluationResult> report) : IntervalObserver(interval)
{
    private protected override void Due(TrainingProgress progress) => report(progress, progress.EvaluateBatch());
}
