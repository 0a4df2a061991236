using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>The one loop that trains: takes batches in their order, feeds them, runs the train operation, tells the observers.</summary>
internal sealed class TrainingLoop
{
    private readonly ModelSession _session;
    private readonly DatasetPart _part;
    private readonly TrainingOptions _options;
    private readonly long _totalExamples;
    private readonly ShuffledOrder _order;
    private readonly FeedSet _feeds;
    private readonly IRunPlan _plan;
    private readonly Tensor[] _fetches;
    private readonly TrainingProgress _progress;
    private int[] _rows = [];
    private Evaluator? _batchEvaluator;

    public TrainingLoop(ModelSession session, DatasetPart part, TrainingOptions options)
    {
        _session = session;
        _part = part;
        _options = options;
        _totalExamples = options.TotalExamples(part.Count);
        _order = new ShuffledOrder(part.Count, options.Shuffle, Start(session, part));
        _feeds = new FeedSet(session, part, options.BatchSize, ScheduleOf);
        CheckNames();
        string? loss = session.Binding.Name(Roles.Loss);
        _plan = session.Engine.Prepare(new RunSignature(_feeds.Names, loss is null ? [] : [session.Graph.Tensor(loss).Name], [TrainOperation()]));
        _fetches = new Tensor[_plan.Signature.Fetches.Count];
        _progress = new TrainingProgress(session, session.Iteration ?? 0, _totalExamples, options.Steps, options.BatchSize, EvaluateBatch);
    }

    /// <summary>Trains until all is done or the caller cancels; then the step at hand is finished first.</summary>
    public TrainingResult Run(CancellationToken cancel)
    {
        Tell(observer => observer.Started(_progress));
        StopReason reason = StopReason.Completed;
        while (HasMore())
        {
            if (cancel.IsCancellationRequested)
            {
                reason = StopReason.Stopped;
                break;
            }

            Step();
            Tell(observer => observer.Stepped(_progress));
        }

        TrainingResult result = new(
            reason, _session.Iteration is null ? null : _progress.FirstIteration, _session.Iteration, _progress.Steps, _progress.Examples, _progress.Loss, _progress.Elapsed);
        _session.LastTraining = result;
        Tell(observer => observer.Ended(_progress, result));
        return result;
    }

    private bool HasMore() => _options.Steps is { } steps ? _progress.Steps < steps : _progress.Examples < _totalExamples;

    private void Step()
    {
        ReadOnlySpan<int> rows = _order.Next((int)Math.Min(_options.BatchSize, _totalExamples - _progress.Examples));
        Keep(rows);
        _feeds.Fill(rows, _progress.Iteration);
        bool done = false;
        try
        {
            // A step is never cut short: half of its updates would be in the variables.
            _plan.Run(_feeds.Values, _fetches, CancellationToken.None);
            done = true;
        }
        finally
        {
            _session.IsTorn |= !done;
            _session.HasChanged = true;
        }

        _session.Position = _order.Position;
        _progress.Steps++;
        _progress.Examples += rows.Length;
        _progress.Loss = _fetches is [var loss] ? ScalarValue.Of(loss, _plan.Signature.Fetches[0]) : null;
    }

    // A position of other data means nothing here; its epoch counts on, so that going to and fro gives new orders.
    private static DatasetPosition Start(ModelSession session, DatasetPart part) => session.Position switch
    {
        null => new DatasetPosition(part.Fingerprint, session.Seed, 0, 0),
        { } position when position.Dataset == part.Fingerprint => position,
        { } other => new DatasetPosition(part.Fingerprint, session.Seed, other.Epoch + (other.Index > 0 ? 1 : 0), 0),
    };

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

    private void Keep(ReadOnlySpan<int> rows)
    {
        if (_rows.Length != rows.Length)
        {
            _rows = new int[rows.Length];
        }

        rows.CopyTo(_rows);
    }

    private EvaluationResult EvaluateBatch() =>
        (_batchEvaluator ??= new Evaluator(_session, _part, _options.BatchSize)).Run(_rows, CancellationToken.None);

    private void Tell(Action<TrainingObserver> what)
    {
        foreach (TrainingObserver observer in _options.Observers)
        {
            what(observer);
        }
    }
}
