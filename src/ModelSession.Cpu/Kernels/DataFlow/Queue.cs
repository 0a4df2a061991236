using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>A queue of a session, for any number of runs at once. Who cannot go on waits; those who enqueue, and those who dequeue, are
/// served in the order in which they came.</summary>
internal sealed class Queue : IDisposable
{
    private readonly object _gate = new();
    private readonly IQueueStorage _storage;
    private readonly LinkedList<QueueAttempt> _enqueues = new();
    private readonly LinkedList<QueueAttempt> _dequeues = new();
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
            Do(_enqueues, new QueueAttempt(count, attempt => Add(attempt, count, element, cancel)), cancel);
        }
    }

    /// <summary>Takes so many elements.</summary>
    /// <param name="count">How many.</param>
    /// <param name="orLess">Whether fewer will do, but one at least, once the queue is closed.</param>
    /// <param name="cancel">Ends waiting; what was taken meanwhile is put back.</param>
    /// <exception cref="EngineException">The queue is closed and has not enough (OutOfRange).</exception>
    public IReadOnlyList<Tensor[]> Dequeue(long count, bool orLess, CancellationToken cancel)
    {
        QueueAttempt attempt = new(count, attempt => Take(attempt, orLess));
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

        Do(_enqueues, new QueueAttempt(0, attempt =>
        {
            attempt.Error = _closed ? Cancelled($"Queue '{Key.Name}' is already closed.") : null;
            _closed = true;
            return QueueProgress.Done;
        }), cancel);
    }

    /// <summary>The queue ends: who waits is refused.</summary>
    public void Dispose() => CloseAtOnce($"{Type.Kind} '{Key.Name}' is no more: the session is disposed, or its queues begin anew.", _enqueues, _dequeues);

    private void CloseAtOnce(string reason, params LinkedList<QueueAttempt>[] refused)
    {
        lock (_gate)
        {
            _closed = true;
            foreach (LinkedList<QueueAttempt> line in refused)
            {
                foreach (QueueAttempt attempt in line)
                {
                    attempt.Error = Cancelled(reason);
                    attempt.IsDone = true;
                }

                line.Clear();
            }

            Go();
        }
    }

    private QueueProgress Add(QueueAttempt attempt, long count, Func<long, Tensor[]> element, CancellationToken cancel)
    {
        if (_closed)
        {
            attempt.Error = Cancelled($"{Type.Kind} '{Key.Name}' is closed.");
            return QueueProgress.Done;
        }

        QueueProgress progress = QueueProgress.None;
        while (_storage.Count < Type.Capacity && !cancel.IsCancellationRequested)
        {
            try
            {
                _storage.Add(element(count - attempt.Left));
            }
            catch (OutOfMemoryException e)
            {
                attempt.Error = new EngineException(StatusCode.ResourceExhausted, $"No memory for another element of {Type.Kind} '{Key.Name}'.", innerException: e);
                return QueueProgress.Done;
            }

            progress = QueueProgress.Some;
            if (--attempt.Left == 0)
            {
                return QueueProgress.Done;
            }
        }

        return progress;
    }

    private QueueProgress Take(QueueAttempt attempt, bool orLess)
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
                return QueueProgress.Some;
            }
            else
            {
                attempt.Error = Failure.OutOfRange($"{Type.Kind} '{Key.Name}' is closed and has insufficient elements (requested {requested}, current size {size})");
                return QueueProgress.Done;
            }
        }

        QueueProgress progress = QueueProgress.None;
        int kept = _closed ? 0 : Type.MinAfterDequeue;
        while (_storage.Count > kept)
        {
            attempt.Taken.Add(_storage.Take());
            progress = QueueProgress.Some;
            if (--attempt.Left == 0)
            {
                return QueueProgress.Done;
            }
        }

        return progress;
    }

    private void PutBack(QueueAttempt attempt)
    {
        for (int i = attempt.Taken.Count - 1; i >= 0; i--)
        {
            _storage.Return(attempt.Taken[i]);
        }

        attempt.Taken.Clear();
    }

    private void Do(LinkedList<QueueAttempt> line, QueueAttempt attempt, CancellationToken cancel)
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

    private void Wait(LinkedList<QueueAttempt> line, QueueAttempt attempt, CancellationToken cancel)
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

    private static bool Go(LinkedList<QueueAttempt> line)
    {
        bool changed = false;
        while (line.First is { Value: { } first })
        {
            QueueProgress progress = first.Step(first);
            changed |= progress != QueueProgress.None;
            if (progress != QueueProgress.Done)
            {
                break;
            }

            first.IsDone = true;
            line.RemoveFirst();
        }

        return changed;
    }

    private static EngineException Cancelled(string message) => new(StatusCode.Cancelled, message);
}
