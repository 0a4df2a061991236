using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>Where a training stands.</summary>
public sealed class TrainingProgress
{
    private readonly TrainingLoop _loop;
    private readonly Throughput _throughput;
    private readonly TimeSpan? _time;
    private (long Step, EvaluationResult Result)? _batch;
    private (long Step, DatasetPart Part, EvaluationResult Result)? _validation;

    internal TrainingProgress(TrainingLoop loop, ModelSession session, TrainingLength length, TrainingSource source, TimeProvider clock)
    {
        _loop = loop;
        _time = length.Time;
        _throughput = new Throughput(clock);
        Session = session;
        FirstIteration = session.Iteration ?? 0;
        TotalExamples = source.TotalExamples;
        TotalSteps = source.TotalSteps;
    }

    /// <summary>The session that is trained.</summary>
    public ModelSession Session { get; }

    /// <summary>The iteration before the first step; 0 if the graph does not count.</summary>
    public long FirstIteration { get; }

    /// <summary>The iteration now: the first one and the steps done.</summary>
    public long Iteration => FirstIteration + Steps;

    /// <summary>The steps done.</summary>
    public long Steps { get; internal set; }

    /// <summary>How many steps there will be; 0 if that is not known: the end of the graph's own data, or time, says it.</summary>
    public long TotalSteps { get; }

    /// <summary>The examples taken; 0 where the graph has data of its own.</summary>
    public long Examples { get; internal set; }

    /// <summary>How many examples there will be; with a number of steps, at most so many; 0 if that is not known.</summary>
    public long TotalExamples { get; }

    /// <summary>How many times this training has come to the end of its data.</summary>
    public long Epochs { get; internal set; }

    /// <summary>The loss of the last batch, before its step; null if the binding has none.</summary>
    public double? Loss { get; internal set; }

    /// <summary>How long it has taken.</summary>
    public TimeSpan Elapsed => _throughput.Elapsed;

    /// <summary>Steps in a second, over the last seconds; 0 before the first.</summary>
    public double StepsPerSecond => _throughput.StepsPerSecond(Steps);

    /// <summary>Examples in a second, over the last seconds; 0 before the first, and where the graph has data of its own.</summary>
    public double ExamplesPerSecond => _throughput.ExamplesPerSecond(Examples);

    /// <summary>How long it will take yet, at this rate and within the time limit; null if that is not known.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            TimeSpan? byTime = _time - Elapsed;
            double rate = StepsPerSecond;
            TimeSpan? bySteps = TotalSteps > 0 && rate > 0 ? TimeSpan.FromSeconds(Math.Min((TotalSteps - Steps) / rate, TimeSpan.MaxValue.TotalSeconds / 2)) : null;
            return bySteps is null || byTime < bySteps ? byTime < TimeSpan.Zero ? TimeSpan.Zero : byTime : bySteps;
        }
    }

    /// <summary>The metrics of the last batch as the model is now, with the hyperparameters of evaluation. Changes no number of the training.
    /// Asked for again after the same step it is not computed again; all observers are told of it once.</summary>
    public EvaluationResult EvaluateBatch()
    {
        if (_batch is not { } known || known.Step != Steps)
        {
            _batch = known = (Steps, _loop.EvaluateBatch());
            _loop.Evaluated(EvaluatedPart.Batch, known.Result);
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
            _loop.Evaluated(EvaluatedPart.Validation, known.Result);
        }

        return known.Result;
    }

    /// <summary>Ends the training after this step. The first one to say so says why.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="explanation">More about it, for people.</param>
    public void Stop(StopReason reason, string? explanation = null) => _loop.Stop(reason, explanation);

    /// <summary>Saves a checkpoint, unless variables are not finite and the training ends for that.</summary>
    /// <param name="options">Where and how; null for the session's folder.</param>
    /// <param name="saver">The saver; null for the session's own. It belongs to the session that is trained.</param>
    /// <returns>Null if none was saved.</returns>
    public CheckpointInfo? Save(SaveOptions? options = null, Saver? saver = null) => _loop.Save(options, saver);

    internal bool IsTimeUp => Elapsed >= _time;

    internal void Counted() => _throughput.Count(Steps, Examples);
}
