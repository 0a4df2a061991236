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
    private readonly IRunPlan? _streaming;
    private readonly BoundMetrics _metrics;
    private readonly string[] _names;
    private readonly bool _hasLoss;
    private readonly int _batchSize;

    public Evaluator(ModelSession session, DatasetPart part, int batchSize)
    {
        if (batchSize < 1)
        {
            throw new ArgumentOutOfRangeException(null, $"The batch size must be 1 or more; it is {batchSize}.");
        }

        session.Foremost.CheckContract(part);
        _session = session;
        _part = part;
        _batchSize = batchSize;
        _feeds = new FeedSet(session, part, batchSize, hyperparameter => (hyperparameter.Evaluation ?? hyperparameter.Training) is { } value ? _ => value : null, training: false);
        _metrics = BoundMetrics.Of(session);
        _hasLoss = session.Binding.Name(Roles.Loss) is not null;
        _names = [.. _metrics.Batch.Keys];
        string[] fetches = [.. _metrics.Batch.Values, .. _hasLoss ? [session.Binding.Required(Roles.Loss)] : Array.Empty<string>()];
        if (fetches.Length == 0 && _metrics.Streaming.Count == 0)
        {
            throw new GraphException(StatusCode.NotFound, "The session's binding has neither a loss nor metrics, so there is nothing to evaluate. Restore it with -Binding @{ loss = 'name'; 'metrics.accuracy' = 'name' }; Get-GraphOperation finds names.");
        }

        _plan = session.Engine.Prepare(new RunSignature(_feeds.Names, [.. fetches.Select(name => session.Graph.Tensor(name).Name)], Operations(pair => pair.Update)));
        _streaming = _metrics.Streaming.Count == 0 ? null : session.Engine.Prepare(new RunSignature([], [.. _metrics.Streaming.Values.Select(pair => session.Graph.Tensor(pair.Value).Name)], []));
    }

    /// <summary>Evaluates all examples, in their order.</summary>
    public EvaluationResult Run(CancellationToken cancel, Action<long>? progress = null)
    {
        ShuffledOrder order = new(_part.Count, shuffle: false, new DatasetPosition("", 0, 0, 0));
        long left = _part.Count;
        return Run(
            _part.Count,
            batch =>
            {
                ReadOnlySpan<long> rows = order.Next((int)Math.Min(_batchSize, left));
                left -= rows.Length;
                batch.Take(rows);
                return rows.Length > 0;
            },
            ahead: true,
            cancel,
            progress);
    }

    /// <summary>Evaluates some examples.</summary>
    public EvaluationResult Run(ReadOnlySpan<long> rows, CancellationToken cancel)
    {
        long[] all = rows.ToArray();
        int at = 0;
        return Run(
            all.Length,
            batch =>
            {
                int count = Math.Min(_batchSize, all.Length - at);
                batch.Take(all.AsSpan(at, count));
                at += count;
                return count > 0;
            },
            ahead: false,
            cancel);
    }

    private EvaluationResult Run(long count, Func<Batch, bool> next, bool ahead, CancellationToken cancel, Action<long>? progress = null)
    {
        if (count == 0)
        {
            throw new ArgumentOutOfRangeException(null, $"'{_part.Name}' has no examples to evaluate.");
        }

        using ModelSession.Turn turn = _session.Alone(cancel);
        long started = Stopwatch.GetTimestamp();
        EngineState generators = _session.Engine.CaptureState();
        double[] sums = new double[_names.Length + (_hasLoss ? 1 : 0)];
        Tensor[] values = new Tensor[sums.Length];
        Dictionary<string, double> metrics = new(StringComparer.OrdinalIgnoreCase);
        Dictionary<string, MetricMatrix> matrices = new(StringComparer.OrdinalIgnoreCase);
        try
        {
            using MetricVariables? emptied = _metrics.Streaming.Count > 0 ? new MetricVariables(_session, cancel) : null;
            using BatchStream batches = new(_part, _feeds.Batches!, next, ahead);
            long done = 0;
            while (batches.Take(cancel) is { } batch)
            {
                cancel.ThrowIfCancellationRequested();
                _feeds.Set(batch, 0);
                _plan.Run(_feeds.Values, values, cancel);
                for (int i = 0; i < sums.Length; i++)
                {
                    sums[i] += ScalarValue.Of(values[i], _plan.Signature.Fetches[i]) * batch.Rows.Length;
                }

                done += batch.Rows.Length;
                progress?.Invoke(done);
            }

            ReadStreaming(metrics, matrices, cancel);
        }
        finally
        {
            _session.Engine.RestoreState(generators);
        }

        for (int i = 0; i < _names.Length; i++)
        {
            metrics[_names[i]] = sums[i] / count;
        }

        long? iteration = _session.Iteration;
        return new EvaluationResult(
            metrics.TryGetValue("accuracy", out double accuracy) ? accuracy : null,
            _hasLoss ? sums[^1] / count : null,
            metrics,
            count,
            iteration,
            _session.HasChanged ? null : _session.Checkpoint?.Name,
            Stopwatch.GetElapsedTime(started)) { Matrices = matrices };
    }

    private void ReadStreaming(Dictionary<string, double> metrics, Dictionary<string, MetricMatrix> matrices, CancellationToken cancel)
    {
        if (_streaming is null)
        {
            return;
        }

        Tensor[] values = new Tensor[_metrics.Streaming.Count];
        _streaming.Run([], values, cancel);
        int i = 0;
        foreach (string name in _metrics.Streaming.Keys)
        {
            if (values[i].Shape.Rank == 2)
            {
                matrices[name] = MetricMatrix.Of(name, values[i++]);
            }
            else
            {
                metrics[name] = ScalarValue.Of(values[i], _streaming.Signature.Fetches[i++]);
            }
        }
    }

    private string[] Operations(Func<(string Value, string Update), string> part) =>
        [.. _metrics.Streaming.Values.Select(pair => Graph.ParseTensorName(part(pair)).Operation)];
}
