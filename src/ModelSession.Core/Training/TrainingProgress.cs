using System.Diagnostics;

namespace ModelSessions.Training;

/// <summary>Where a training stands.</summary>
public sealed class TrainingProgress
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Func<EvaluationResult> _evaluateBatch;

    internal TrainingProgress(ModelSession session, long firstIteration, long totalExamples, long? totalSteps, int batchSize, Func<EvaluationResult> evaluateBatch)
    {
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

    /// <summary>The metrics of the last batch as the model is now, with the hyperparameters of evaluation. Changes no number of the training.</summary>
    public EvaluationResult EvaluateBatch() => _evaluateBatch();
}
