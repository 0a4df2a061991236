using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>The one loop that trains: takes batches in their order, feeds them, runs the train operation, tells the observers.</summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly ModelSession _session;
    private readonly TrainingOptions _options;
    private readonly TrainingSource _source;
    private readonly IRunPlan _plan;
    private readonly Tensor[] _fetches;
    private readonly TrainingProgress _progress;
    private readonly bool _hasLoss;

    /// <summary>A training.</summary>
    /// <param name="session">What is trained.</param>
    /// <param name="part">The examples; null if the graph has data of its own.</param>
    /// <param name="options">How long and with what.</param>
    public TrainingLoop(ModelSession session, DatasetPart? part, TrainingOptions options)
    {
        _session = session;
        _options = options;
        _source = part is null ? new GraphSource(session, options, ScheduleOf) : new DatasetSource(session, part, options, ScheduleOf);
        CheckNames();
        string? loss = session.Binding.Name(Roles.Loss);
        _hasLoss = loss is not null;
        _plan = session.Engine.Prepare(new RunSignature(
            _source.Feeds.Names, [.. loss is null ? (string[])[] : [session.Graph.Tensor(loss).Name], .. _source.Fetches], [TrainOperation()]));
        _fetches = new Tensor[_plan.Signature.Fetches.Count];
        _progress = new TrainingProgress(session, session.Iteration ?? 0, _source.TotalExamples, options.Steps, options.BatchSize, _source.EvaluateBatch, Evaluated);
    }

    /// <summary>Trains until all is done or the caller cancels; then the step at hand is finished first.</summary>
    public TrainingResult Run(CancellationToken cancel)
    {
        _source.Start(_plan, cancel);
        Tell(observer => observer.Started(_progress));
        StopReason reason = StopReason.Completed;
        while (_source.HasMore(_progress))
        {
            if (cancel.IsCancellationRequested || Step(cancel) is not { } done)
            {
                reason = StopReason.Stopped;
                break;
            }

            if (done)
            {
                Tell(observer => observer.Stepped(_progress));
            }
        }

        reason = _source.IsExhausted ? StopReason.EndOfData : reason;
        TrainingResult result = new(
            reason, _session.Iteration is null ? null : _progress.FirstIteration, _session.Iteration, _progress.Steps, _progress.Examples, _progress.Loss, _progress.Elapsed);
        _session.LastRun = result;
        Tell(observer => observer.Ended(_progress, result));
        return result;
    }

    public void Dispose() => (_source as IDisposable)?.Dispose();

    // Whether a step was done; null if the caller cancelled.
    private bool? Step(CancellationToken cancel)
    {
        try
        {
            _source.Fill(_progress);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return null;
        }

        (TrainingObserver Observer, IReadOnlyList<string> Names)[] wanted =
            [.. _options.Observers.Select(observer => (observer, observer.Wanted(_progress))).Where(pair => pair.Item2.Count > 0)];
        (IRunPlan plan, Tensor[] fetches) = wanted.Length == 0 ? (_plan, _fetches) : With(wanted.SelectMany(pair => pair.Names));
        bool whole = false;
        try
        {
            bool done = _source.Step(plan, fetches, _progress);
            whole = true;
            if (done)
            {
                _progress.Steps++;
                _progress.Loss = _hasLoss ? ScalarValue.Of(fetches[0], plan.Signature.Fetches[0]) : null;
                int at = _fetches.Length;
                foreach ((TrainingObserver observer, IReadOnlyList<string> names) in wanted)
                {
                    observer.Given(_progress, fetches[at..(at += names.Count)]);
                }
            }

            return done;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            _session.IsTorn |= !whole && !_source.DidNothing;
            _session.HasChanged = true;
        }
    }

    // The step, giving more. The engine keeps its plan.
    private (IRunPlan Plan, Tensor[] Fetches) With(IEnumerable<string> names)
    {
        RunSignature step = _plan.Signature;
        IRunPlan plan = _session.Engine.Prepare(new RunSignature(step.Feeds, [.. step.Fetches, .. names.Select(name => _session.Tensor(name).Name)], step.Targets));
        return (plan, new Tensor[plan.Signature.Fetches.Count]);
    }

    private Func<long, double>? ScheduleOf(Hyperparameter hyperparameter)
    {
        foreach ((string name, Schedule schedule) in _options.Hyperparameters)
        {
            if (Hyperparameter.SameName(name, hyperparameter.Name))
            {
                return iteration =>
                {
                    double value = schedule.At(iteration);
                    _session.SetHyperparameter(hyperparameter.Name, value);
                    return value;
                };
            }
        }

        return hyperparameter.Training is { } kept ? _ => kept : null;
    }

    private void CheckNames()
    {
        foreach (string name in _options.Hyperparameters.Keys)
        {
            if (!_session.Hyperparameters.Any(known => Hyperparameter.SameName(known.Name, name)))
            {
                throw new GraphException(
                    StatusCode.NotFound,
                    $"The model has no hyperparameter '{name}'{NearestNames.Hint(name, _session.Hyperparameters.Select(h => h.Name))}; it has {(_session.Hyperparameters.Count == 0 ? "none" : string.Join(", ", _session.Hyperparameters.Select(h => $"'{h.Name}'")))}.");
            }
        }

        string[] without = [.. _session.Hyperparameters.Where(h => ScheduleOf(h) is null).Select(h => h.Name)];
        if (without.Length > 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"No value is known for {string.Join(", ", without.Select(name => $"'{name}'"))}; give one.");
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

    private void Evaluated(TrainingProgress progress, EvaluatedPart part, EvaluationResult result) =>
        Tell(observer => observer.Evaluated(progress, part, result));

    private void Tell(Action<TrainingObserver> what)
    {
        foreach (TrainingObserver observer in _options.Observers)
        {
            what(observer);
        }
    }
}
