namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Guards what several runs share and may wait for: whoever changes it wakes those who wait.</summary>
internal sealed class WaitGate : IDisposable
{
    private readonly object _gate = new();
    private bool _disposed;

    /// <summary>Does something that may change what others wait for.</summary>
    public T Do<T>(Func<T> act)
    {
        lock (_gate)
        {
            T result = act();
            Monitor.PulseAll(_gate);
            return result;
        }
    }

    /// <summary>Does something as soon as that is possible.</summary>
    /// <exception cref="WaitCancelledException">The caller cancelled before.</exception>
    /// <exception cref="EngineException">The session ended before (Cancelled).</exception>
    public T When<T>(Func<bool> ready, Func<T> act, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (ready())
            {
                return Do(act);
            }
        }

        using CancellationTokenRegistration registration = cancel.UnsafeRegister(static gate => ((WaitGate)gate!).Do(() => true), this);
        lock (_gate)
        {
            while (!ready())
            {
                if (cancel.IsCancellationRequested)
                {
                    throw new WaitCancelledException(cancel);
                }

                if (_disposed)
                {
                    throw new EngineException(StatusCode.Cancelled, "What the run waits for is no more: the session is disposed.");
                }

                Monitor.Wait(_gate);
            }

            return Do(act);
        }
    }

    public void Dispose() => Do(() => _disposed = true);
}
