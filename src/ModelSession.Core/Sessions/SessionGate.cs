namespace ModelSessions;

/// <summary>Who may use a session at a time: any number of runs, or one that needs it as it is, from a first look to a last. A thread that is in alone
/// may go in again. Those who want it alone come in the order in which they asked; runs that waited meanwhile go in before the next of them.</summary>
/// <param name="emptied">Is called once, when the gate is closed and nobody is inside any more.</param>
internal sealed class SessionGate(Action emptied)
{
    private readonly object _sync = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private int _runs;
    private int _owner;
    private int _depth;
    private bool _closed;

    /// <summary>Goes in.</summary>
    /// <param name="alone">Whether nobody else may be inside.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns>False if the gate is closed.</returns>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public bool TryEnter(bool alone, CancellationToken cancel)
    {
        int thread = Environment.CurrentManagedThreadId;
        lock (_sync)
        {
            if (_closed)
            {
                return false;
            }

            if (_owner == thread)
            {
                _depth++;
                return true;
            }

            // A run does not wait for one who waits for other runs: these may wait for it, at a queue.
            if (_owner == 0 && (alone ? _runs == 0 && _waiting.Count == 0 : _runs > 0 || _waiting.Count == 0))
            {
                Admit(alone, thread);
                return true;
            }

            return Wait(new Waiter(alone, thread), cancel);
        }
    }

    /// <summary>Goes out.</summary>
    public void Leave()
    {
        bool isLast;
        lock (_sync)
        {
            if (_owner == Environment.CurrentManagedThreadId)
            {
                _owner = --_depth == 0 ? 0 : _owner;
            }
            else
            {
                _runs--;
            }

            isLast = _closed && _owner == 0 && _runs == 0;
            AdmitWaiting();
        }

        if (isLast)
        {
            emptied();
        }
    }

    /// <summary>Lets nobody in any more, and does not wait for those inside.</summary>
    /// <returns>Whether nobody is.</returns>
    public bool Close()
    {
        bool isEmpty;
        lock (_sync)
        {
            if (_closed)
            {
                return true;
            }

            _closed = true;
            isEmpty = _owner == 0 && _runs == 0;
            Monitor.PulseAll(_sync);
        }

        if (isEmpty)
        {
            emptied();
        }

        return isEmpty;
    }

    private bool Wait(Waiter waiter, CancellationToken cancel)
    {
        LinkedListNode<Waiter> place = _waiting.AddLast(waiter);
        using CancellationTokenRegistration wake = cancel.UnsafeRegister(static gate => ((SessionGate)gate!).Wake(), this);
        try
        {
            while (!waiter.IsIn && !_closed)
            {
                cancel.ThrowIfCancellationRequested();
                Monitor.Wait(_sync);
            }

            return waiter.IsIn;
        }
        finally
        {
            if (!waiter.IsIn)
            {
                _waiting.Remove(place);
                AdmitWaiting();
            }
        }
    }

    private void Wake()
    {
        lock (_sync)
        {
            Monitor.PulseAll(_sync);
        }
    }

    private void AdmitWaiting()
    {
        if (_waiting.Count == 0 || _owner != 0 || _closed)
        {
            return;
        }

        if (_waiting.First!.Value.Alone && _runs == 0)
        {
            Admit(_waiting.First);
        }
        else
        {
            for (LinkedListNode<Waiter>? at = _waiting.First, next; at is not null; at = next)
            {
                next = at.Next;
                if (!at.Value.Alone)
                {
                    Admit(at);
                }
            }
        }

        Monitor.PulseAll(_sync);
    }

    private void Admit(LinkedListNode<Waiter> place)
    {
        _waiting.Remove(place);
        place.Value.IsIn = true;
        Admit(place.Value.Alone, place.Value.Thread);
    }

    private void Admit(bool alone, int thread)
    {
        if (alone)
        {
            (_owner, _depth) = (thread, 1);
        }
        else
        {
            _runs++;
        }
    }

    private sealed class Waiter(bool alone, int thread)
    {
        public bool Alone => alone;

        public int Thread => thread;

        public bool IsIn { get; set; }
    }
}
