using System.Diagnostics;
using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>Means of loss and metrics over examples, with the hyperparameters of evaluation. Leaves random generators as it found them.</summary>
internal sealed class Evaluator
{
    private readonly ModelSession _session;
    private readonly DatasetPart _part;
    private readonly FeedSet _feeds;
    private readonly IRunPlan _plan;
    private readonly string[] _names;
    private readonly bool _hasLoss;
    private readonly int _batchSize;

    public Evaluator(ModelSession session, DatasetPart part, int batchSize)
    {
        if (batchSize < 1)
        {
            throw new ArgumentOutOfRangeException(null, $"The batch size must be 1 or more; it is {batchSize}.");
        }

        _session = session;
        _part = part;
        _batchSize = batchSize;
        _feeds = new FeedSet(session, part, batchSize, hyperparameter => (hyperparameter.Evaluation ?? hyperparameter.Training) is { } value ? _ => value : null);
        IReadOnlyDictionary<string, string> metrics = session.Binding[Roles.Metrics] is Binding bound ? bound.Names : new Dictionary<string, string>();
        _hasLoss = session.Binding.Name(Roles.Loss) is not null;
        _names = [.. metrics.Keys];
        string[] fetches = [.. metrics.Values, .. _hasLoss ? [session.Binding.Required(Roles.Loss)] : Array.Empty<string>()];
        if (fetches.Length == 0)
        {
            throw new GraphException(StatusCode.NotFound, "The session's binding has neither a loss nor metrics, so there is nothing to evaluate. Give one by a binding when the session is restored.");
        }

        _plan = session.Engine.Prepare(new RunSignature(_feeds.Names, [.. fetches.Select(name => session.Graph.Tensor(name).Name)], []));
    }

    /// <summary>Evaluates all examples, in their order.</summary>
    public EvaluationResult Run(CancellationToken cancel)
    {
        int[] rows = new int[_part.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }

        return Run(rows, cancel);
    }

    /// <summary>Evaluates some examples.</summary>
    public EvaluationResult Run(ReadOnlySpan<int> rows, CancellationToken cancel)
    {
        if (rows.IsEmpty)
        {
            throw new ArgumentOutOfRangeException(null, $"'{_part.Name}' has no examples to evaluate.");
        }

        long started = Stopwatch.GetTimestamp();
        EngineState generators = _session.Engine.CaptureState();
        double[] sums = new double[_names.Length + (_hasLoss ? 1 : 0)];
        Tensor[] values = new Tensor[sums.Length];
        try
        {
            for (int at = 0; at < rows.Length; at += _batchSize)
            {
                cancel.ThrowIfCancellationRequested();
                ReadOnlySpan<int> batch = rows.Slice(at, Math.Min(_batchSize, rows.Length - at));
                _feeds.Fill(batch, 0);
                _plan.Run(_feeds.Values, values, cancel);
                for (int i = 0; i < sums.Length; i++)
                {
                    sums[i] += ScalarValue.Of(values[i], _plan.Signature.Fetches[i]) * batch.Length;
                }
            }
        }
        finally
        {
            _session.Engine.RestoreState(generators);
        }

        Dictionary<string, double> metrics = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < _names.Length; i++)
        {
            metrics[_names[i]] = sums[i] / rows.Length;
        }

        long? iteration = _session.Iteration;
        return new EvaluationResult(
            metrics.TryGetValue("accuracy", out double accuracy) ? accuracy : null,
            _hasLoss ? sums[^1] / rows.Length : null,
            metrics,
            rows.Length,
            iteration,
            _session.HasChanged ? null : _session.Checkpoint?.Name,
            Stopwatch.GetElapsedTime(started));
    }
}
