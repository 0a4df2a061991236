using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>Evaluates the validation part, and all observers are told: every so many iterations, at the end of each epoch, or both.</summary>
public sealed class ValidationObserver : TrainingObserver
{
    private readonly long? _interval;
    private readonly DatasetPart _part;
    private readonly Action<TrainingProgress, EvaluationResult>? _report;

    /// <summary>Evaluates.</summary>
    /// <param name="interval">Every so many iterations, counted from iteration 0; null for the end of each epoch.</param>
    /// <param name="part">The examples.</param>
    /// <param name="report">Receives the result; null for nobody.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is below 1.</exception>
    public ValidationObserver(long? interval, DatasetPart part, Action<TrainingProgress, EvaluationResult>? report = null)
    {
        if (interval < 1)
        {
            throw new ArgumentOutOfRangeException(null, $"An interval must be 1 or more; it is {interval}.");
        }

        (_interval, _part, _report) = (interval, part, report);
        EachEpoch = interval is null;
    }

    /// <summary>Whether the end of an epoch is a time to evaluate, too.</summary>
    public bool EachEpoch { get; init; }

    private long? _evaluated;

    /// <inheritdoc/>
    public override void Stepped(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (_interval is { } interval && progress.Iteration % interval == 0)
        {
            Evaluate(progress);
        }
    }

    /// <inheritdoc/>
    public override void EpochEnded(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (EachEpoch && _evaluated != progress.Iteration)
        {
            Evaluate(progress);
        }
    }

    private void Evaluate(TrainingProgress progress)
    {
        _evaluated = progress.Iteration;
        EvaluationResult result = progress.EvaluateValidation(_part);
        _report?.Invoke(progress, result);
    }
}
