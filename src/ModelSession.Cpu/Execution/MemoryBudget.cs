namespace ModelSessions.Cpu.Execution;

/// <summary>The memory that the runs of a session may take together. What lies idle counts too, and is given up before a run is
/// refused.</summary>
/// <param name="limit">The most bytes; 0 for what the process can have.</param>
internal sealed class MemoryBudget(long limit)
{
    // More would not fail by itself: systems promise more memory than there is, and end the process that uses it.
    private readonly long _limit = limit > 0 ? limit : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    private long _held;
    private long _peak;

    /// <summary>The most bytes that were held at a time.</summary>
    public long Peak => Interlocked.Read(ref _peak);

    /// <summary>Counts memory that is about to be allocated.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="reclaim">Gives up what lies idle, if there is not enough.</param>
    /// <exception cref="EngineException">There is not enough (ResourceExhausted).</exception>
    public void Take(long bytes, Action reclaim)
    {
        if (TryTake(bytes))
        {
            return;
        }

        reclaim();
        if (!TryTake(bytes))
        {
            throw new EngineException(
                StatusCode.ResourceExhausted,
                $"{bytes:n0} bytes are needed for a tensor; the runs of this session hold {Math.Max(0, Interlocked.Read(ref _held)):n0} of the {_limit:n0} that they may take. Feed smaller batches, or raise {nameof(EngineOptions.MemoryLimit)}.");
        }
    }

    /// <summary>Counts memory that nobody holds any more.</summary>
    public void Give(long bytes) => Interlocked.Add(ref _held, -bytes);

    private bool TryTake(long bytes)
    {
        long held = Interlocked.Add(ref _held, bytes);
        if (held <= _limit && bytes <= _limit)
        {
            for (long peak = Peak; held > peak; peak = Peak)
            {
                Interlocked.CompareExchange(ref _peak, held, peak);
            }

            return true;
        }

        Give(bytes);
        return false;
    }
}
