using ModelSessions.Protos;

namespace ModelSessions.Training;

/// <summary>Threads that fill the queues of a graph, as its queue runners state (TensorFlow's collection <c>queue_runners</c>): one for each
/// operation that enqueues. Where the data ends (OUT_OF_RANGE) the queue is closed; any other error stops all.</summary>
public sealed class QueueRunners : IDisposable
{
    private readonly Coordinator _coordinator = new();

    internal QueueRunners(Graph graph, IEngineSession engine, IReadOnlyList<QueueRunnerDef> runners)
    {
        Queues = [.. runners.Select(runner => runner.QueueName)];
        foreach (QueueRunnerDef runner in runners)
        {
            // Prepared at once, so that what is wrong is told to the caller.
            IRunPlan close = Plan(graph, engine, runner.CloseOpName);
            IRunPlan[] enqueues = [.. runner.EnqueueOpName.Select(name => Plan(graph, engine, name))];
            Fill fill = new(enqueues.Length, close, [.. runner.QueueClosedExceptionTypes.Select(code => (StatusCode)(int)code)]);
            foreach (IRunPlan enqueue in enqueues)
            {
                _coordinator.Start($"Queue runner {enqueue.Signature.Targets[0]}", cancel => fill.Run(enqueue, cancel));
            }
        }
    }

    /// <summary>Stops the threads of runners that nobody holds any more.</summary>
    ~QueueRunners() => _coordinator.RequestStop();

    /// <summary>The names of the queues.</summary>
    public IReadOnlyList<string> Queues { get; }

    /// <summary>How many threads have not come to the end of their data.</summary>
    public int Running => _coordinator.Running;

    /// <summary>The first error of a thread; null if there was none.</summary>
    public Exception? Error => _coordinator.Error;

    /// <summary>Is signalled when the threads are to stop, be it because one of them failed.</summary>
    public CancellationToken Stopping => _coordinator.Stopping;

    /// <summary>Throws the first error of a thread.</summary>
    /// <exception cref="EngineException">A thread failed.</exception>
    public void ThrowIfFailed()
    {
        if (Error is { } error)
        {
            throw new EngineException(
                (error as ModelSessionException)?.Code ?? StatusCode.Internal, $"A queue runner failed, so that the queues of the graph are no longer filled: {error.Message}", (error as EngineException)?.Node, error);
        }
    }

    /// <summary>Stops the threads and waits for them. What is in the queues stays there.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _coordinator.Dispose();
    }

    /// <summary>The runners that a graph states.</summary>
    /// <exception cref="GraphException">They are damaged, or name what is not in the graph.</exception>
    internal static IReadOnlyList<QueueRunnerDef> Of(Graph graph)
    {
        try
        {
            return [.. graph.Collections.Bytes(CollectionKeys.QueueRunners).Select(QueueRunnerDef.Parser.ParseFrom)];
        }
        catch (Google.Protobuf.InvalidProtocolBufferException e)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The collection '{CollectionKeys.QueueRunners}' holds something else than queue runners: {e.Message}", innerException: e);
        }
    }

    /// <summary>Those runners whose queues some operations need, be it through other queues.</summary>
    internal static IReadOnlyList<QueueRunnerDef> Needed(Graph graph, IEnumerable<GraphOperation> roots, IReadOnlySet<GraphTensor> fed)
    {
        ILookup<GraphOperation, QueueRunnerDef> runners = Of(graph).ToLookup(runner => graph.Operation(Graph.ParseTensorName(runner.QueueName).Operation));
        List<QueueRunnerDef> needed = [];
        HashSet<GraphOperation> seen = [];
        Stack<GraphOperation> open = new(runners.Count == 0 ? [] : roots);
        while (open.TryPop(out GraphOperation? node))
        {
            if (!seen.Add(node))
            {
                continue;
            }

            foreach (QueueRunnerDef runner in runners[node])
            {
                needed.Add(runner);
                Array.ForEach([.. runner.EnqueueOpName], name => open.Push(graph.Operation(name)));
            }

            foreach (GraphOperation before in node.Inputs.Where(input => !fed.Contains(input)).Select(input => input.Operation).Concat(node.ControlInputs))
            {
                open.Push(before);
            }
        }

        return needed;
    }

    private static IRunPlan Plan(Graph graph, IEngineSession engine, string name) => engine.Prepare(new RunSignature([], [], [graph.Operation(name).Name]));

    // What the threads of one runner share. It does not hold the runners: they stop when they are forgotten.
    private sealed class Fill(int threads, IRunPlan close, IReadOnlyList<StatusCode> ends)
    {
        private int _threads = threads;

        public void Run(IRunPlan enqueue, CancellationToken cancel)
        {
            while (true)
            {
                try
                {
                    enqueue.Run([], [], cancel);
                }
                catch (EngineException end) when (ends.Count == 0 ? end.Code == StatusCode.OutOfRange : ends.Contains(end.Code))
                {
                    Close(cancel);
                    return;
                }
            }
        }

        // The last one closes the queue; that somebody else has done so is well.
        private void Close(CancellationToken cancel)
        {
            try
            {
                if (Interlocked.Decrement(ref _threads) == 0)
                {
                    close.Run([], [], cancel);
                }
            }
            catch (EngineException closed) when (closed.Code == StatusCode.Cancelled)
            {
            }
        }
    }
}
