namespace ModelSessions.Training;

/// <summary>Threads that work for one purpose: the first of them that fails stops all.</summary>
public sealed class Coordinator : IDisposable
{
    // Nobody may wait for ever for a thread that does not look at its token.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Thread> _threads = [];
    private Exception? _error;

    /// <summary>Is signalled when all are to stop.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>What the first thread that failed threw; null if none has.</summary>
    public Exception? Error
    {
        get
        {
            lock (_gate)
            {
                return _error;
            }
        }
    }

    /// <summary>How many threads have not ended.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _threads.Count(thread => thread.IsAlive);
            }
        }
    }

    /// <summary>Starts a thread, which ends when its work does. It does not keep the process alive.</summary>
    /// <param name="name">Its name, for debuggers.</param>
    /// <param name="work">What it does; it looks at the token, which is <see cref="Stopping"/>.</param>
    public void Start(string name, Action<CancellationToken> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Thread thread = new(() => Guard(work)) { Name = name, IsBackground = true };
        lock (_gate)
        {
            _threads.Add(thread);
        }

        thread.Start();
    }

    /// <summary>Asks all threads to stop.</summary>
    /// <param name="error">Why, if something failed. What fails after a stop is a consequence of it and is not kept.</param>
    public void RequestStop(Exception? error = null)
    {
        lock (_gate)
        {
            if (!_stop.IsCancellationRequested)
            {
                _error = error;
            }
        }

        _stop.Cancel();
    }

    /// <summary>Waits until all threads have ended.</summary>
    /// <returns>False if the time was up before.</returns>
    public bool Join(TimeSpan limit)
    {
        Thread[] threads;
        lock (_gate)
        {
            threads = [.. _threads];
        }

        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        return Array.TrueForAll(threads, thread => thread == Thread.CurrentThread || thread.Join((int)Math.Clamp(end - Environment.TickCount64, 0, int.MaxValue)));
    }

    /// <summary>Stops all threads and waits for them.</summary>
    public void Dispose()
    {
        RequestStop();
        Join(s_patience);
    }

    // An exception that leaves a thread ends the process.
    private void Guard(Action<CancellationToken> work)
    {
        try
        {
            work(Stopping);
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            // It did as it was asked.
        }
        catch (Exception error)
        {
            RequestStop(error);
        }
    }
}
