using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>A queue of a session, for any number of runs at once. Who cannot go on waits; those who enqueue, and those who dequeue, are
/// served in the order in which they came.</summary>
internal sealed class Queue : IDisposable
{
    private readonly object _gate = new();
    private readonly IQueueStorage _storage;
    private readonly LinkedList<Attempt> _enqueues = new();
    private readonly LinkedList<Attempt> _dequeues = new();
    private bool _closed;

    public Queue(ResourceKey key, QueueType type)
    {
        Key = key;
        Type = type;
        _storage = type.Kind switch
        {
            "PriorityQueue" => new PriorityStorage(),
            "RandomShuffleQueue" => new ShuffleStorage(new WordStream(Philox.FromSeedsOrChance(type.Seeds.Seed, type.Seeds.Seed2))),
            _ => new FifoStorage(),
        };
    }

    private enum Progress
    {
        None,
        Some,
        Done,
    }

    public ResourceKey Key { get; }

    public QueueType Type { get; }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _storage.Count;
            }
        }
    }

    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _closed;
            }
        }
    }

    /// <summary>Adds elements one after another, as there is room for them.</summary>
    /// <param name="count">How many.</param>
    /// <param name="element">Makes one by its number.</param>
    /// <param name="cancel">Ends waiting; what is added stays.</param>
    /// <exception cref="EngineException">The queue is, or becomes, closed (Cancelled).</exception>
    public void Enqueue(long count, Func<long, Tensor[]> element, CancellationToken cancel)
    {
        if (count > 0)
        {
            Do(_enqueues, new Attempt(count, attempt => Add(attempt, count, element, cancel)), cancel);
        }
    }

    /// <summary>Takes so many elements.</summary>
    /// <param name="count">How many.</param>
    /// <param name="orLess">Whether fewer will do, but one at least, once the queue is closed.</param>
    /// <param name="cancel">Ends waiting; what was taken meanwhile is put back.</param>
    /// <exception cref="EngineException">The queue is closed and has not enough (OutOfRange).</exception>
    public IReadOnlyList<Tensor[]> Dequeue(long count, bool orLess, CancellationToken cancel)
    {
        Attempt attempt = new(count, attempt => Take(attempt, orLess));
        if (count > 0)
        {
            Do(_dequeues, attempt, cancel);
        }

        return attempt.Taken;
    }

    /// <summary>Closes the queue for what is not in it yet: at once, so that those who wait to enqueue are refused, or after them.</summary>
    /// <exception cref="EngineException">It was closed before (Cancelled), unless at once.</exception>
    public void Close(bool atOnce, CancellationToken cancel)
    {
        if (atOnce)
        {
            CloseAtOnce("Enqueue operation was cancelled", _enqueues);
            return;
        }

        Do(_enqueues, new Attempt(0, attempt =>
        {
            attempt.Error = _closed ? Cancelled($"Queue '{Key.Name}' is already closed.") : null;
            _closed = true;
            return Progress.Done;
        }), cancel);
    }

    /// <summary>The queue ends: who waits is refused.</summary>
    public void Dispose() => CloseAtOnce($"{Type.Kind} '{Key.Name}' is no more: the session is disposed, or its queues begin anew.", _enqueues, _dequeues);

    private void CloseAtOnce(string reason, params LinkedList<Attempt>[] refused)
    {
        lock (_gate)
        {
            _closed = true;
            foreach (LinkedList<Attempt> line in refused)
            {
                foreach (Attempt attempt in line)
                {
                    attempt.Error = Cancelled(reason);
                    attempt.IsDone = true;
                }

                line.Clear();
            }

            Go();
        }
    }

    private Progress Add(Attempt attempt, long count, Func<long, Tensor[]> element, CancellationToken cancel)
    {
        if (_closed)
        {
            attempt.Error = Cancelled($"{Type.Kind} '{Key.Name}' is closed.");
            return Progress.Done;
        }

        Progress progress = Progress.None;
        while (_storage.Count < Type.Capacity && !cancel.IsCancellationRequested)
        {
            try
            {
                _storage.Add(element(count - attempt.Left));
            }
            catch (OutOfMemoryException e)
            {
                attempt.Error = new EngineException(StatusCode.ResourceExhausted, $"No memory for another element of {Type.Kind} '{Key.Name}'.", innerException: e);
                return Progress.Done;
            }

            progress = Progress.Some;
            if (--attempt.Left == 0)
            {
                return Progress.Done;
            }
        }

        return progress;
    }

    private Progress Take(Attempt attempt, bool orLess)
    {
        if (_closed && _storage.Count < attempt.Left)
        {
            (long requested, int size) = (attempt.Left, _storage.Count);
            PutBack(attempt);
            if (orLess && _storage.Count > 0)
            {
                attempt.Left = _storage.Count;
            }
            else if (orLess && _enqueues.Count > 0)
            {
                // They may hold elements and are asked first.
                return Progress.Some;
            }
            else
            {
                attempt.Error = Failure.OutOfRange($"{Type.Kind} '{Key.Name}' is closed and has insufficient elements (requested {requested}, current size {size})");
                return Progress.Done;
            }
        }

        Progress progress = Progress.None;
        int kept = _closed ? 0 : Type.MinAfterDequeue;
        while (_storage.Count > kept)
        {
            attempt.Taken.Add(_storage.Take());
            progress = Progress.Some;
            if (--attempt.Left == 0)
            {
                return Progress.Done;
            }
        }

        return progress;
    }

    private void PutBack(Attempt attempt)
    {
        for (int i = attempt.Taken.Count - 1; i >= 0; i--)
        {
            _storage.Return(attempt.Taken[i]);
        }

        attempt.Taken.Clear();
    }

    private void Do(LinkedList<Attempt> line, Attempt attempt, CancellationToken cancel)
    {
        lock (_gate)
        {
            line.AddLast(attempt);
            Go();
        }

        if (!attempt.IsDone)
        {
            Wait(line, attempt, cancel);
        }

        if (attempt.Error is { } error)
        {
            throw error;
        }
    }

    private void Wait(LinkedList<Attempt> line, Attempt attempt, CancellationToken cancel)
    {
        using CancellationTokenRegistration registration = cancel.UnsafeRegister(static queue => ((Queue)queue!).Wake(), this);
        lock (_gate)
        {
            while (!attempt.IsDone && !cancel.IsCancellationRequested)
            {
                Monitor.Wait(_gate);
            }

            if (!attempt.IsDone)
            {
                line.Remove(attempt);
                PutBack(attempt);
                Go();
                throw new WaitCancelledException(cancel);
            }
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    // Whoever can go on does, until nobody can.
    private void Go()
    {
        bool changed;
        do
        {
            changed = Go(_enqueues);
            changed |= Go(_dequeues);
        }
        while (changed);
        Monitor.PulseAll(_gate);
    }

    private static bool Go(LinkedList<Attempt> line)
    {
        bool changed = false;
        while (line.First is { Value: { } first })
        {
            Progress progress = first.Step(first);
            changed |= progress != Progress.None;
            if (progress != Progress.Done)
            {
                break;
            }

            first.IsDone = true;
            line.RemoveFirst();
        }

        return changed;
    }

    private static EngineException Cancelled(string message) => new(StatusCode.Cancelled, message);

    private sealed class Attempt(long count, Func<Attempt, Progress> step)
    {
        public Func<Attempt, Progress> Step => step;

        public long Left { get; set; } = count;

        public List<Tensor[]> Taken { get; } = [];

        public EngineException? Error { get; set; }

        public bool IsDone { get; set; }
    }
}
