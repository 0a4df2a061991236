namespace ModelSessions.Data;

/// <summary>Work done ahead by several threads, whose results come in the order in which it was planned. Threads start with the first
/// result asked for and have ended when this is disposed.</summary>
/// <typeparam name="T">What the work gives.</typeparam>
internal sealed class OrderedWork<T> : IDisposable
    where T : class
{
    private readonly Func<Func<T>?> _plan;
    private readonly (T? Result, Exception? Error)[] _done;
    private readonly int _threadCount;
    private readonly Lock _planning = new();
    private readonly object _gate = new();
    private readonly List<Thread> _threads = [];
    private long _planned;
    private long _taken;
    private long _end = long.MaxValue;
    private bool _stopped;

    /// <summary>Work for threads.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="capacity">At most so many results are made and not yet taken.</param>
    /// <param name="plan">Says what is to be done next; null at the end. Never called twice at once; what it throws comes in its place,
    /// and is the end.</param>
    public OrderedWork(int threads, int capacity, Func<Func<T>?> plan)
    {
        _plan = plan;
        _threadCount = threads;
        _done = new (T?, Exception?)[capacity];
    }

    /// <summary>How many threads serve a source that is read while the engine works: not more than can be of use.</summary>
    public static int ReaderThreads => Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>The threads, for tests; none before the first result was asked for.</summary>
    public IReadOnlyList<Thread> Threads => _threads;

    /// <summary>The next result; null at the end. The work's own error, if it failed.</summary>
    public T? Take(CancellationToken cancel)
    {
        Start();
        using CancellationTokenRegistration wake = cancel.UnsafeRegister(static self => ((OrderedWork<T>)self!).Wake(), this);
        lock (_gate)
        {
            ref (T? Result, Exception? Error) slot = ref _done[_taken % _done.Length];
            while (slot is (null, null) && _taken < _end)
            {
                cancel.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
            }

            (T? result, Exception? error) = slot;
            slot = default;
            if (result is null && error is null)
            {
                return null;
            }

            _taken++;
            Monitor.PulseAll(_gate);
            if (error is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
            }

            return result;
        }
    }

    /// <summary>Ends all threads and waits for them.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private void Start()
    {
        if (_threads.Count > 0 || _stopped)
        {
            return;
        }

        for (int i = 0; i < _threadCount; i++)
        {
            Thread thread = new(Work) { Name = "Dataset reader", IsBackground = true };
            _threads.Add(thread);
            thread.Start();
        }
    }

    private void Work()
    {
        while (Plan(out long number) is { } work)
        {
            T? result = null;
            Exception? failure = null;
            try
            {
                result = work();
            }
            catch (Exception error)
            {
                // Shown where its turn comes: to who takes it.
                failure = error;
            }

            Put(number, result, failure);
        }
    }

    private Func<T>? Plan(out long number)
    {
        lock (_planning)
        {
            number = _planned++;
            lock (_gate)
            {
                while (!_stopped && number < _end && number >= _taken + _done.Length)
                {
                    Monitor.Wait(_gate);
                }

                if (_stopped || number >= _end)
                {
                    return null;
                }
            }

            try
            {
                Func<T>? work = _plan();
                if (work is null)
                {
                    End(number);
                }

                return work;
            }
            catch (Exception error)
            {
                Put(number, null, error);
                End(number + 1);
                return null;
            }
        }
    }

    private void End(long number)
    {
        lock (_gate)
        {
            _end = number;
            Monitor.PulseAll(_gate);
        }
    }

    private void Put(long number, T? result, Exception? error)
    {
        lock (_gate)
        {
            _done[number % _done.Length] = (result, error);
            Monitor.PulseAll(_gate);
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
