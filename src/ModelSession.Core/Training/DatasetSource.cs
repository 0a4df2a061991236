using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>Examples of a dataset, fed batch by batch in their order.</summary>
internal sealed class DatasetSource : TrainingSource, IDisposable
{
    private readonly ModelSession _session;
    private readonly DatasetPart _part;
    private readonly TrainingOptions _options;
    private readonly ShuffledOrder _order;
    private readonly BatchStream _batches;
    private CancellationToken _cancel;
    private long _planned;
    private Batch? _batch;
    private Evaluator? _batchEvaluator;

    public DatasetSource(ModelSession session, DatasetPart part, TrainingOptions options, Func<Hyperparameter, Func<long, double>?> schedule)
    {
        _session = session;
        _part = part;
        _options = options;
        TotalExamples = options.TotalExamples(part.Count);
        session.CheckContract(part);
        _order = new ShuffledOrder(part.Count, options.Shuffle, First(session, part), part.Layout);
        Feeds = new FeedSet(session, part, options.BatchSize, schedule);
        _batches = new BatchStream(part, Feeds.Batches!, Plan);
    }

    public override FeedSet Feeds { get; }

    public override long TotalExamples { get; }

    public override void Start(IRunPlan plan, CancellationToken cancel)
    {
        _cancel = cancel;
        _session.Contract ??= _part.Contract;
    }

    public override bool HasMore(TrainingProgress progress) => _options.Steps is { } steps ? progress.Steps < steps : progress.Examples < TotalExamples;

    public override void Fill(TrainingProgress progress)
    {
        _batch = _batches.Take(_cancel);
        Feeds.Set(_batch, progress.Iteration);
    }

    public override bool Step(IRunPlan plan, Tensor[] fetches, TrainingProgress progress)
    {
        // A step is never cut short: half of its updates would be in the variables.
        plan.Run(Feeds.Values, fetches, CancellationToken.None);
        _session.Position = _batch!.Next;
        progress.Examples += _batch.Rows.Length;
        return true;
    }

    public override EvaluationResult EvaluateBatch() =>
        (_batchEvaluator ??= new Evaluator(_session, _part, _options.BatchSize)).Run(_batch!.Rows, CancellationToken.None);

    public void Dispose() => _batches.Dispose();

    // What is planned may be ahead of what is done, by batches that are read while the engine works.
    private bool Plan(Batch batch)
    {
        if (_planned >= TotalExamples)
        {
            return false;
        }

        ReadOnlySpan<long> rows = _order.Next((int)Math.Min(_options.BatchSize, TotalExamples - _planned));
        _planned += rows.Length;
        batch.Take(rows);
        batch.Next = _order.Position;
        return true;
    }

    // A position of other data means nothing here; its epoch counts on, so that going to and fro gives new orders.
    private static DatasetPosition First(ModelSession session, DatasetPart part) => session.Position switch
    {
        null => new DatasetPosition(part.Fingerprint, session.Seed, 0, 0),
        { } position when position.Dataset == part.Fingerprint => position,
        { } other => new DatasetPosition(part.Fingerprint, session.Seed, other.Epoch + (other.Index > 0 ? 1 : 0), 0),
    };
}
