using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>Examples of a dataset, fed batch by batch in their order.</summary>
internal sealed class DatasetSource : TrainingSource
{
    private readonly ModelSession _session;
    private readonly DatasetPart _part;
    private readonly TrainingOptions _options;
    private readonly ShuffledOrder _order;
    private int[] _rows = [];
    private Evaluator? _batchEvaluator;

    public DatasetSource(ModelSession session, DatasetPart part, TrainingOptions options, Func<Hyperparameter, Func<long, double>?> schedule)
    {
        _session = session;
        _part = part;
        _options = options;
        TotalExamples = options.TotalExamples(part.Count);
        _order = new ShuffledOrder(part.Count, options.Shuffle, First(session, part));
        Feeds = new FeedSet(session, part, options.BatchSize, schedule);
    }

    public override FeedSet Feeds { get; }

    public override long TotalExamples { get; }

    public override bool HasMore(TrainingProgress progress) => _options.Steps is { } steps ? progress.Steps < steps : progress.Examples < TotalExamples;

    public override void Fill(TrainingProgress progress)
    {
        ReadOnlySpan<int> rows = _order.Next((int)Math.Min(_options.BatchSize, TotalExamples - progress.Examples));
        Keep(rows);
        Feeds.Fill(rows, progress.Iteration);
    }

    public override bool Step(IRunPlan plan, Tensor[] fetches, TrainingProgress progress)
    {
        // A step is never cut short: half of its updates would be in the variables.
        plan.Run(Feeds.Values, fetches, CancellationToken.None);
        _session.Position = _order.Position;
        progress.Examples += _rows.Length;
        return true;
    }

    public override EvaluationResult EvaluateBatch() =>
        (_batchEvaluator ??= new Evaluator(_session, _part, _options.BatchSize)).Run(_rows, CancellationToken.None);

    // A position of other data means nothing here; its epoch counts on, so that going to and fro gives new orders.
    private static DatasetPosition First(ModelSession session, DatasetPart part) => session.Position switch
    {
        null => new DatasetPosition(part.Fingerprint, session.Seed, 0, 0),
        { } position when position.Dataset == part.Fingerprint => position,
        { } other => new DatasetPosition(part.Fingerprint, session.Seed, other.Epoch + (other.Index > 0 ? 1 : 0), 0),
    };

    private void Keep(ReadOnlySpan<int> rows)
    {
        if (_rows.Length != rows.Length)
        {
            _rows = new int[rows.Length];
        }

        rows.CopyTo(_rows);
    }
}
