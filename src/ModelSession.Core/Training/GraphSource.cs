using System.Diagnostics;

namespace ModelSessions.Training;

/// <summary>Data that the graph brings along. Epochs end where it ends, and it then begins anew.</summary>
internal sealed class GraphSource : TrainingSource, IDisposable
{
    private readonly ModelSession _session;
    private readonly TrainingLength _length;
    private readonly string[] _metrics;
    private readonly string? _loss;
    private GraphFeed? _feed;
    private Tensor[] _values = [];
    private long _started;
    private long _epochsDone;
    private long _stepsOfEpoch;
    private bool _begunAnew;
    private bool _exhausted;
    private bool _hasEndedEpoch;

    public GraphSource(ModelSession session, TrainingLength length, Func<Hyperparameter, Func<long, double>?> schedule)
    {
        _session = session;
        length.CheckForOwnData();
        _length = length;
        Feeds = new FeedSet(session, part: null, largestBatch: 1, schedule, training: true);
        HashSet<GraphTensor> fed = [.. Feeds.Names.Select(session.Graph.Tensor)];
        KeyValuePair<string, string>[] metrics =
            [.. BoundMetrics.Of(session).Batch.Where(pair => !LocalInitializers.NeedsFeed(session.Graph.Tensor(pair.Value).Operation, fed))];
        _metrics = [.. metrics.Select(pair => pair.Key)];
        Fetches = [.. metrics.Select(pair => session.Graph.Tensor(pair.Value).Name)];
        _loss = session.Binding.Name(Roles.Loss);
    }

    public override FeedSet Feeds { get; }

    public override IReadOnlyList<string> Fetches { get; }

    public override long TotalSteps => _length.Steps ?? 0;

    public override bool HasEndedEpoch => _hasEndedEpoch;

    public override bool IsExhausted => _exhausted;

    public override bool DidNothing => _feed!.DidNothing;

    public override bool CanRunAgain => false;

    public override bool NeedsSessionAlone => false;

    public override void Start(IRunPlan plan, CancellationToken cancel)
    {
        HashSet<GraphTensor> fed = [.. Feeds.Names.Select(_session.Graph.Tensor)];
        if (LocalInitializers.NeedsFeed(_session.Graph.Operation(plan.Signature.Targets[0]), fed))
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"'{plan.Signature.Targets[0]}' needs examples to be fed: the graph has no data of its own. Give the data to train with.", plan.Signature.Targets[0]);
        }

        _feed = new GraphFeed(_session, plan, cancel);
        _begunAnew = _session.HasDataEnded;
        _feed.Start();
    }

    public override bool HasMore(TrainingProgress progress) => !_exhausted && (_length.Steps is { } steps ? progress.Steps < steps : _length.Epochs is not { } epochs || _epochsDone < epochs);

    public override void Fill(TrainingProgress progress) => Feeds.Set(null, progress.Iteration);

    public override bool Step(IRunPlan plan, Tensor[] fetches, TrainingProgress progress, RunGuard? guard)
    {
        _started = Stopwatch.GetTimestamp();
        if (_feed!.Step(plan, Feeds.Values, fetches, guard))
        {
            _values = fetches;
            _stepsOfEpoch++;
            _hasEndedEpoch = false;
            return true;
        }

        // Data that had come to its end before the first step of this training is no epoch of it.
        _exhausted = _stepsOfEpoch == 0 && _begunAnew;
        _hasEndedEpoch = _stepsOfEpoch > 0;
        _epochsDone += _hasEndedEpoch ? 1 : 0;
        _stepsOfEpoch = 0;
        if (HasMore(progress))
        {
            _feed.Start();
            _begunAnew = true;
        }

        return false;
    }

    /// <summary>What the last step gave beside its update.</summary>
    public override EvaluationResult EvaluateBatch()
    {
        int first = _loss is null ? 0 : 1;
        Dictionary<string, double> metrics = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < _metrics.Length && _values.Length > 0; i++)
        {
            metrics[_metrics[i]] = ScalarValue.Of(_values[first + i], Fetches[i]);
        }

        return new EvaluationResult(
            metrics.TryGetValue("accuracy", out double accuracy) ? accuracy : null,
            _loss is null || _values.Length == 0 ? null : ScalarValue.Of(_values[0], _loss),
            metrics,
            Count: 0,
            _session.Iteration,
            Checkpoint: null,
            Stopwatch.GetElapsedTime(_started));
    }

    public void Dispose() => _feed?.Dispose();
}
