using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>The one loop that trains: takes batches in their order, feeds them, runs the train operation, tells the observers.</summary>
internal sealed partial class TrainingLoop : IDisposable
{
    private readonly ModelSession _session;
    private readonly TrainingOptions _options;
    private readonly TrainingObserver[] _observers;
    private readonly TrainingSchedules _schedules;
    private readonly TrainingSource _source;
    private readonly IRunPlan _plan;
    private readonly Tensor[] _fetches;
    private readonly List<(TrainingObserver Observer, IReadOnlyList<string> Names)> _wanted = [];
    private readonly TrainingProgress _progress;
    private readonly GraphTensor? _loss;
    private readonly StepGuard? _guard;
    private NonFiniteTensor? _nonFinite;
    private (StopReason Reason, string? Explanation)? _stop;
    private StopReason? _told;
    private (CheckpointInfo Checkpoint, Saver By, StopReason? Tells)? _saved;

    /// <summary>A training.</summary>
    /// <param name="session">What is trained.</param>
    /// <param name="part">The examples; null if the graph has data of its own.</param>
    /// <param name="options">How long and with what.</param>
    public TrainingLoop(ModelSession session, DatasetPart? part, TrainingOptions options)
    {
        _session = session;
        _options = options;
        _schedules = new TrainingSchedules(session, options.Hyperparameters);
        TrainingLength length = TrainingLength.Of(options, session);
        _source = part is null ? new GraphSource(session, length, _schedules.Of) : new DatasetSource(session, part, options, length, _schedules.Of);
        _loss = session.Binding.Name(Roles.Loss) is { } loss ? session.Graph.Tensor(loss) : null;
        string train = TrainOperation();
        _guard = options.AllowNonFinite ? null : new StepGuard(_loss, session.Graph.Operation(train));
        _plan = session.Engine.Prepare(new RunSignature(
            _source.Feeds.Names, [.. _loss is null ? (string[])[] : [_loss.Name], .. _source.Fetches], [train]) { WritesLast = true });
        _fetches = new Tensor[_plan.Signature.Fetches.Count];
        _progress = new TrainingProgress(this, session, length, _source, options.Clock);
        _observers = [session.History.Begin(session, part, options, _plan.Signature.Targets[0], _source.Position), .. options.Observers];
    }

    /// <summary>Trains until all is done, an observer or the clock ends it, or the caller cancels: a step whose updates have begun is finished first.</summary>
    public TrainingResult Run(CancellationToken cancel)
    {
        _source.Start(_plan, cancel);
        bool ended = false;
        try
        {
            foreach (TrainingObserver observer in _observers)
            {
                observer.Started(_progress);
            }

            while (_stop is null && _source.HasMore(_progress))
            {
                RunStep(cancel);
            }

            CheckVariables();
            ended = true;
        }
        finally
        {
            // An error ends it, too: in a script block, on a full disk. What was learnt until then is not to be lost.
            if (!ended)
            {
                TellEnd(null);
                SaveAtEnd();
            }
        }

        TellEnd(Reason);
        SaveAtEnd();
        return Result();
    }

    public void Dispose()
    {
        _session.History.End();
        (_source as IDisposable)?.Dispose();
    }

    /// <summary>The metrics of the last batch.</summary>
    public EvaluationResult EvaluateBatch() => _source.EvaluateBatch();

    /// <summary>Ends the training after this step.</summary>
    public void Stop(StopReason reason, string? explanation) => _stop ??= (reason, explanation);

    /// <summary>Tells observers and schedules how good the model is.</summary>
    public void Evaluated(EvaluatedPart part, EvaluationResult result)
    {
        _schedules.Evaluated(part, result);
        foreach (TrainingObserver observer in _observers)
        {
            observer.Evaluated(_progress, part, result);
        }
    }

    private void RunStep(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
        {
            Stop(StopReason.Stopped, null);
        }
        else if (_progress.IsTimeUp)
        {
            Stop(StopReason.TimeLimit, null);
        }
        else if (Step(cancel))
        {
            TellStepped();
        }
    }

    private void TellStepped()
    {
        // The observers are told in for loops: others allocate, and this is each step.
        foreach (TrainingObserver observer in _observers)
        {
            observer.Stepped(_progress);
        }

        TellEpoch();
        if (_stop is not null || !_source.HasMore(_progress))
        {
            TellEnd(Reason);
        }

        foreach (TrainingObserver observer in _observers)
        {
            observer.Settled(_progress);
        }

        _progress.Counted();
    }

    private void TellEpoch()
    {
        if (!_source.HasEndedEpoch)
        {
            return;
        }

        _progress.Epochs++;
        foreach (TrainingObserver observer in _observers)
        {
            observer.EpochEnded(_progress);
        }
    }

    private string TrainOperation()
    {
        IReadOnlyDictionary<string, string> operations = _session.Binding.NamesOf(Roles.Train);
        string? name = _options.Train is { } asked ? operations.GetValueOrDefault(asked) : operations.Count == 1 ? operations.Values.First() : null;
        return name is not null
            ? _session.Operation(name).Name
            : throw new GraphException(StatusCode.NotFound, operations.Count == 0
                ? "The session's binding has no 'train' operation, so it cannot be trained. Give one by a binding when the session is restored."
                : $"Which train operation? The model has {string.Join(", ", operations.Keys.Select(key => $"'{key}'"))}{(_options.Train is null ? "" : $"; '{_options.Train}' is none of them")}.");
    }
}
