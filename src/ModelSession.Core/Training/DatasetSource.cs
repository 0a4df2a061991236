using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>Examples of a dataset, fed batch by batch in their order.</summary>
internal sealed class DatasetSource : TrainingSource, IDisposable
{
    private readonly ModelSession _session;
    private readonly DatasetPart _part;
    private readonly TrainingOptions _options;
    private readonly BatchOrder _order;
    private readonly long _steps;
    private readonly BatchStream _batches;
    private readonly IRunPlan? _inputGradients;
    private CancellationToken _cancel;
    private long _planned;
    private Batch? _batch;
    private Evaluator? _batchEvaluator;

    public DatasetSource(ModelSession session, DatasetPart part, TrainingOptions options, TrainingLength length, Func<Hyperparameter, Func<long, double>?> schedule)
    {
        CheckCount(part, options);
        session.Foremost.CheckContract(part);
        (_session, _part, _options) = (session, part, options);
        ShuffledOrder order = new(part.Count, options.Shuffle, First(session, part, options.ShuffleSeed), part.Layout);
        _steps = length.StepsOf(part.Count, order.Position.Index, options.BatchSize, options.LastBatch);
        TotalExamples = length.Steps is { } steps ? (long)Math.Min(long.MaxValue, (decimal)steps * options.BatchSize) : _steps == long.MaxValue ? 0 : length.ExamplesOf(part.Count);
        _order = new BatchOrder(order, part.Count, length, options);
        Position = order.Position;
        Feeds = new FeedSet(session, part, options.BatchSize, schedule, training: true);
        _inputGradients = Feeds.Front is { Trains: true } front ? InputGradients(session, front) : null;
        _batches = new BatchStream(part, Feeds.Batches!, Plan);
    }

    public override FeedSet Feeds { get; }

    public override long TotalExamples { get; }

    public override long TotalSteps => _steps == long.MaxValue ? 0 : _steps;

    public override bool HasEndedEpoch => _batch!.EndsEpoch;

    public override bool CanRunAgain => true;

    public override bool NeedsSessionAlone => true;

    public override void Start(IRunPlan plan, CancellationToken cancel) => _cancel = cancel;

    public override DatasetPosition? Position { get; }

    public override bool HasMore(TrainingProgress progress) => progress.Steps < _steps;

    public override void Fill(TrainingProgress progress)
    {
        _batch = _batches.Take(_cancel);
        Feeds.Set(_batch, progress.Iteration);
    }

    public override bool Step(IRunPlan plan, Tensor[] fetches, TrainingProgress progress, RunGuard? guard)
    {
        // Gradients for the session in front are those of the weights before the step.
        Tensor? gradients = _inputGradients is null ? null : FrontFeed.GradientsOf(_session, _inputGradients, Feeds.Values);
        plan.Run(Feeds.Values, fetches, _cancel, guard: guard);
        if (gradients is not null)
        {
            Feeds.Front!.Train(gradients);
        }

        // Of data that were refused the model has learnt nothing.
        _session.Foremost.Contract ??= _part.Contract;
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
        if (_planned == _steps)
        {
            return false;
        }

        _planned++;
        _order.Next();
        batch.Take(_order.Rows);
        (batch.Next, batch.EndsEpoch) = (_order.Position, _order.EndsEpoch);
        return true;
    }

    private IRunPlan InputGradients(ModelSession session, FrontFeed front) => session.Binding.Name(Roles.InputGradients) is { } name
        ? session.Engine.Prepare(new RunSignature(Feeds.Names, [session.Graph.Tensor(name).Name], []))
        : throw new GraphException(
            StatusCode.NotFound,
            $"'{session}' does not say what the gradient of its loss by its inputs is, so the session in front, which takes '{front.Examples.Name}', cannot learn. Bind it as '{Roles.InputGradients}', or take the role '{Roles.OutputGradients}' from the front to leave it as it is.");

    private static void CheckCount(DatasetPart part, TrainingOptions options)
    {
        if (part.Count == 0)
        {
            throw new ArgumentOutOfRangeException(null, "The dataset has no examples to train with.");
        }

        if (options.LastBatch != LastBatch.Keep && part.Count < options.BatchSize)
        {
            throw new ArgumentOutOfRangeException(null, $"'{part.Name}' has {part.Count} examples and never fills a batch of {options.BatchSize}, which is asked for. Take smaller batches.");
        }
    }

    // A position of other data, or in another order, means nothing here; its epoch counts on, so that going to and fro gives new orders.
    private static DatasetPosition First(ModelSession session, DatasetPart part, long? seed) => session.Position switch
    {
        null => new DatasetPosition(part.Fingerprint, seed ?? session.Seed, 0, 0),
        { } position when position.Dataset == part.Fingerprint && (seed is null || position.Seed == seed) => position,
        { } other => new DatasetPosition(part.Fingerprint, seed ?? session.Seed, other.Epoch + (other.Index > 0 ? 1 : 0), 0),
    };
}
