namespace ModelSessions;

/// <summary>Counts what is done of some work, by any threads, and tells it on the thread that has made this.</summary>
/// <param name="told">Is told; null for nobody.</param>
/// <param name="total">How much there is; null where that is not known.</param>
/// <param name="unit">Of what.</param>
internal sealed class WorkCounter(Action<WorkProgress>? told, long? total, WorkUnit unit)
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _done;

    /// <summary>So much is done.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>A sum of sizes that a file may lie about.</summary>
    public static long Sum(IEnumerable<long> sizes) => sizes.Aggregate(0L, (sum, size) => sum + Math.Clamp(size, 0, long.MaxValue - sum));

    /// <summary>So much more is done.</summary>
    public void Add(long count)
    {
        Interlocked.Add(ref _done, count);
        Tell();
    }

    /// <summary>So much is done.</summary>
    public void Set(long done)
    {
        Interlocked.Exchange(ref _done, done);
        Tell();
    }

    private void Tell()
    {
        if (told is not null && Environment.CurrentManagedThreadId == _thread)
        {
            told(new WorkProgress(total is { } all ? Math.Min(all, Done) : Done, total, unit));
        }
    }
}
