namespace ModelSessions.Training;

/// <summary>Data that a graph brings along: queues, which runners fill, and iterators. Where it ends, an epoch ends.</summary>
internal sealed class GraphFeed : IDisposable
{
    // A step that takes no longer is never cut short: half of its updates would be in the variables.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    private readonly ModelSession _session;
    private readonly IReadOnlyList<Protos.QueueRunnerDef> _wanted;
    private readonly CancellationToken _cancel;
    private QueueRunners? _runners;
    private CancellationTokenSource _stop = new();
    private CancellationTokenRegistration _registration;

    public GraphFeed(ModelSession session, IRunPlan plan, CancellationToken cancel)
    {
        _session = session;
        _cancel = cancel;
        RunSignature signature = plan.Signature;
        _wanted = QueueRunners.Needed(
            session.Graph,
            [.. signature.Targets.Select(session.Graph.Operation), .. signature.Fetches.Select(name => session.Graph.Tensor(name).Operation)],
            signature.Feeds.Select(session.Graph.Tensor).ToHashSet());
    }

    /// <summary>Begins, or goes on, with the data.</summary>
    public void Start()
    {
        if (_session.HasDataEnded)
        {
            _session.RestartData();
        }

        _runners = _wanted.Count > 0 ? _session.StartQueueRunners(_wanted) : null;
        Release();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_runners?.Stopping ?? CancellationToken.None);
        CancellationTokenSource stop = _stop;
        _registration = _cancel.Register(() => stop.CancelAfter(s_patience));
    }

    /// <summary>Runs a step.</summary>
    /// <param name="plan">The step.</param>
    /// <param name="feeds">What it is fed.</param>
    /// <param name="fetches">What it gives.</param>
    /// <param name="guard">May end it.</param>
    /// <returns>False if it found no more data, so that it did nothing.</returns>
    /// <exception cref="EngineException">The step, or what fills a queue, failed.</exception>
    /// <exception cref="OperationCanceledException">The caller has cancelled.</exception>
    public bool Step(IRunPlan plan, ReadOnlySpan<Tensor> feeds, Span<Tensor> fetches, RunGuard? guard)
    {
        DidNothing = _stop.IsCancellationRequested;
        try
        {
            plan.Run(feeds, fetches, _stop.Token, guard: guard);
            return true;
        }
        catch (EngineException end) when (end.Code == StatusCode.OutOfRange)
        {
            // A runner that fails closes its queue: then the step may find its end before it is cancelled.
            DidNothing = true;
            _runners?.ThrowIfFailed();
            _session.HasDataEnded = true;
            return false;
        }
        catch (OperationCanceledException cancelled)
        {
            DidNothing |= cancelled is WaitCancelledException;
            _runners?.ThrowIfFailed();
            throw;
        }
    }

    /// <summary>Whether the step that failed had only waited.</summary>
    public bool DidNothing { get; private set; }

    public void Dispose() => Release();

    private void Release()
    {
        _registration.Dispose();
        _stop.Dispose();
    }
}
