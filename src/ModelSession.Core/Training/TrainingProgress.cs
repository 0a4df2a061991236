using System.Diagnostics;
using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>Where a training stands.</summary>
public sealed class TrainingProgress
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Func<EvaluationResult> _evaluateBatch;
    private readonly Action<TrainingProgress, EvaluatedPart, EvaluationResult> _tell;
    private (long Step, EvaluationResult Result)? _batch;
    private (long Step, DatasetPart Part, EvaluationResult Result)? _validation;

    internal TrainingProgress(
        ModelSession session, long firstIteration, long totalExamples, long? totalSteps, int batchSize, Func<EvaluationResult> evaluateBatch,
        Action<TrainingProgress, EvaluatedPart, EvaluationResult> tell)
    {
        _tell = tell;
        Session = session;
        FirstIteration = firstIteration;
        TotalExamples = totalExamples;
        TotalSteps = totalSteps ?? (totalExamples + batchSize - 1) / batchSize;
        _evaluateBatch = evaluateBatch;
    }

    /// <summary>The session that is trained.</summary>
    public ModelSession Session { get; }

    /// <summary>The iteration before the first step; 0 if the graph does not count.</summary>
    public long FirstIteration { get; }

    /// <summary>The iteration now: the first one and the steps done.</summary>
    public long Iteration => FirstIteration + Steps;

    /// <summary>The steps done.</summary>
    public long Steps { get; internal set; }

    /// <summary>How many steps there will be, if all batches are full; 0 if the end of the graph's own data says it.</summary>
    public long TotalSteps { get; }

    /// <summary>The examples taken.</summary>
    public long Examples { get; internal set; }

    /// <summary>How many examples there will be; with a number of steps, at most so many; 0 where the graph has data of its own.</summary>
    public long TotalExamples { get; }

    /// <summary>The loss of the last batch, before its step; null if the binding has none.</summary>
    public double? Loss { get; internal set; }

    /// <summary>How long it has taken.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>The metrics of the last batch as the model is now, with the hyperparameters of evaluation. Changes no number of the training.
    /// Asked for again after the same step it is not computed again; all observers are told of it once.</summary>
    public EvaluationResult EvaluateBatch()
    {
        if (_batch is not { } known || known.Step != Steps)
        {
            _batch = known = (Steps, _evaluateBatch());
            _tell(this, EvaluatedPart.Batch, known.Result);
        }

        return known.Result;
    }

    /// <summary>Loss and metrics of a validation part, in the manner of <see cref="EvaluateBatch"/>.</summary>
    public EvaluationResult EvaluateValidation(DatasetPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (_validation is not { } known || known.Step != Steps || known.Part != part)
        {
            _validation = known = (Steps, part, Session.Evaluate(part));
            _tell(this, EvaluatedPart.Validation, known.Result);
        }

        return known.Result;
    }
}
