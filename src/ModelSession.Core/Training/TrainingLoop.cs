using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>The one loop that trains: takes batches in their order, feeds them, runs the train operation, tells the observers.</summary>
internal sealed class TrainingLoop : IDisposable
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

    /// <summary>Saves a checkpoint of finite numbers.</summary>
    public CheckpointInfo? Save(SaveOptions? options, Saver? saver)
    {
        saver ??= _session.Saver;
        if (!_options.AllowNonFinite && NonFinite.Find(_session, saver) is { } found)
        {
            _nonFinite ??= found;
            Stop(StopReason.NaN, $"{found} No checkpoint of it is saved.");
            return null;
        }

        SaveFronts();
        CheckpointInfo saved = saver.Save(options);
        _saved = (saved, saver, _told);
        return saved;
    }

    // First, so that this session never is ahead of what it stands on.
    private void SaveFronts()
    {
        for (ModelSession? front = _session.Front; front is not null; front = front.Front)
        {
            if (front is { Directory: not null, HasChanged: true })
            {
                front.Save();
            }
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

    // Whether a step was done.
    private bool Step(CancellationToken cancel)
    {
        bool whole = false, begun = false, undone = false;
        try
        {
            using ModelSession.Turn turn = _source.NeedsSessionAlone ? _session.Alone(cancel) : _session.Beside(cancel);
            _source.Fill(_progress);
            (IRunPlan plan, Tensor[] fetches) = Wanted();
            begun = true;
            _guard?.Begin();
            bool done = _source.Step(plan, fetches, _progress, _guard);
            whole = true;
            if (done)
            {
                _progress.Steps++;
                _session.UnsavedSteps++;
                Take(plan, fetches);
            }
            else
            {
                TellEpoch();
            }

            return done;
        }
        catch (OperationCanceledException ended) when (_guard?.Found is not null)
        {
            undone = ended is WaitCancelledException;
            StopAt(_guard.Tensor!, _guard.Found, undone);
            return false;
        }
        catch (OperationCanceledException ended) when (!begun || cancel.IsCancellationRequested)
        {
            undone = ended is WaitCancelledException;
            Stop(StopReason.Stopped, null);
            return false;
        }
        catch (EngineException) when (_session.IsDisposed)
        {
            // It waited at a queue when the session was closed.
            _session.ThrowIfDisposed();
            throw;
        }
        finally
        {
            _session.IsTorn |= begun && !whole && !undone && !_source.DidNothing;
            _session.HasChanged |= begun && !undone;
        }
    }

    private (IRunPlan Plan, Tensor[] Fetches) Wanted()
    {
        _wanted.Clear();
        foreach (TrainingObserver observer in _observers)
        {
            if (observer.Wanted(_progress) is { Count: > 0 } names)
            {
                _wanted.Add((observer, names));
            }
        }

        return _wanted.Count == 0 ? (_plan, _fetches) : With(_wanted.SelectMany(pair => pair.Names));
    }

    // The step, giving more. The engine keeps its plan.
    private (IRunPlan Plan, Tensor[] Fetches) With(IEnumerable<string> names)
    {
        RunSignature step = _plan.Signature;
        IRunPlan plan = _session.Engine.Prepare(new RunSignature(step.Feeds, [.. step.Fetches, .. names.Select(name => _session.Tensor(name).Name)], step.Targets) { WritesLast = true });
        return (plan, new Tensor[plan.Signature.Fetches.Count]);
    }

    private void Take(IRunPlan plan, Tensor[] fetches)
    {
        _progress.Loss = _loss is not null ? ScalarValue.Of(fetches[0], plan.Signature.Fetches[0]) : null;
        int at = _fetches.Length;
        foreach ((TrainingObserver observer, IReadOnlyList<string> names) in _wanted)
        {
            observer.Given(_progress, fetches[at..(at += names.Count)]);
        }
    }

    private void StopAt(GraphTensor tensor, NonFiniteTensor found, bool undone)
    {
        _nonFinite = (_source.CanRunAgain ? NonFinite.Origin(_session, _source.Feeds.Names, _source.Feeds.Values, tensor) : null) ?? found;
        string what = tensor == _loss ? $"The loss '{tensor.Name}'" : $"An update of a variable, '{tensor.Name}',";
        Stop(StopReason.NaN, $"{what} of the step after iteration {_progress.Iteration} is {(found.NaNCount > 0 ? "NaN" : "infinite")}. The first tensor: {_nonFinite}{(undone ? " The step was not done: the variables are as before it." : "")}");
    }

    // The last step's update is followed by no loss that would tell.
    private void CheckVariables()
    {
        if (!_options.AllowNonFinite && _progress.Steps > 0 && _stop?.Reason != StopReason.NaN && NonFinite.Find(_session, _session.Saver) is { } found)
        {
            _nonFinite = found;
            _stop = (StopReason.NaN, $"{found} The last step has made it so; go on from the last checkpoint.");
        }
    }

    // So that what is saved from now on tells why it ended; null where an error ends it.
    private void TellEnd(StopReason? reason)
    {
        _told = reason;
        _session.History.Ending(reason);
    }

    private void SaveAtEnd()
    {
        if (_options.SaveOnStop is { } save && !_session.IsTorn && !_session.IsDisposed && _stop?.Reason != StopReason.NaN && (_session.HasChanged || _session.Checkpoint is null || LacksEnd))
        {
            Save(save, null);
        }
    }

    // The clock, or the caller, ended it after the last step had been saved: it is saved once more, over the same, as safe as any. So is what
    // was only saved as the best: that is no place to go on from.
    private bool LacksEnd => _saved is { } last && last.Checkpoint == _session.Checkpoint && (last.Tells != _told || last.By != _session.Saver);

    private StopReason Reason => _stop?.Reason ?? (_source.IsExhausted ? StopReason.EndOfData : StopReason.Completed);

    private TrainingResult Result()
    {
        TrainingResult result = new(
            Reason, _session.Iteration is null ? null : _progress.FirstIteration, _session.Iteration, _progress.Steps, _progress.Examples, _progress.Loss, _progress.Elapsed)
        {
            Explanation = _stop?.Explanation,
            NonFinite = _nonFinite,
        };
        _session.LastRun = result;
        foreach (TrainingObserver observer in _observers)
        {
            observer.Ended(_progress, result);
        }

        return result;
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
