namespace ModelSessions;

/// <summary>Counts what is done of some work, and tells it to whom it may concern.</summary>
/// <param name="told">Is told; null for nobody.</param>
/// <param name="total">How much there is; null where that is not known.</param>
/// <param name="unit">Of what.</param>
internal sealed class WorkCounter(Action<WorkProgress>? told, long? total, WorkUnit unit)
{
    private long _done;

    /// <summary>A sum of sizes that a file may lie about.</summary>
    public static long Sum(IEnumerable<long> sizes) => sizes.Aggregate(0L, (sum, size) => sum + Math.Clamp(size, 0, long.MaxValue - sum));

    /// <summary>So much more is done.</summary>
    public void Add(long count) => Set(_done + count);

    /// <summary>So much is done.</summary>
    public void Set(long done) => told?.Invoke(new WorkProgress(_done = total is { } all ? Math.Min(all, done) : done, total, unit));
}
