namespace ModelSessions.Cpu.Execution;

/// <summary>Memory with a count of its holders. The last one to let go gives it back to its arena; memory of a variable
/// belongs to no arena and is left to the collector.</summary>
internal sealed class Lease(TensorBuffer memory, Arena? arena, int sizeClass)
{
    private int _holders = 1;

    public TensorBuffer Memory { get; } = memory;

    /// <summary>Which free list of the arena it belongs to.</summary>
    public int SizeClass { get; } = sizeClass;

    /// <summary>Whether nobody else can see what is written into it: an arena's memory with one holder.</summary>
    public bool IsExclusive => arena is not null && _holders == 1;

    /// <summary>Whether more than one holds it: a variable's memory that a snapshot shares.</summary>
    public bool IsShared => Volatile.Read(ref _holders) > 1;

    public void Hold() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0 && arena is not null)
        {
            arena.Return(this);
        }
    }

    /// <summary>Makes memory from the arena's free list somebody's again.</summary>
    public void Restart() => _holders = 1;
}
