using System.Numerics;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Execution;

/// <summary>Memory for the values of one run at a time. What a run lets go of waits in free lists by size: since the order of
/// a plan is fixed, its second run with the same shapes finds all that it needs.</summary>
/// <param name="budget">What may be allocated.</param>
/// <param name="reclaim">Gives up memory of the session that lies idle elsewhere.</param>
internal sealed class Arena(MemoryBudget budget, Action reclaim)
{
    private const int SmallestBytes = 64;

    // Eight sizes to each power of two: at most one eighth is unused.
    private const int StepBits = 3;
    private const int ClassCount = 64 << StepBits;

    // From here on a buffer counts: larger ones that are free serve smaller requests, and what no run needs is let go of.
    private const long LargeBytes = 1 << 16;

    private readonly Stack<Lease>?[] _free = new Stack<Lease>?[ClassCount];
    private readonly Dictionary<int, Stack<Lease>> _freeObjects = [];
    private readonly long[] _lastUsed = new long[ClassCount];
    private long _run;
    private long _held;
    private long _used;
    private long _mostUsed;

    /// <summary>Scratch memory of the numerics.</summary>
    public Workspace Workspace { get; } = new(bytes => budget.Take(bytes, reclaim), budget.Give);

    /// <summary>Marks the start of a run.</summary>
    public void BeginRun() => _run++;

    /// <summary>Memory of at least so many bytes, with arbitrary content.</summary>
    /// <exception cref="EngineException">More than an array can hold, or the session may take (ResourceExhausted).</exception>
    public Lease Rent(long bytes)
    {
        int sizeClass = ClassOf(bytes, out long capacity);
        int largest = capacity < LargeBytes ? sizeClass : Math.Min(sizeClass + (1 << StepBits), ClassCount - 1);
        for (int i = sizeClass; i <= largest; i++)
        {
            if (_free[i] is { } free && free.TryPop(out Lease? lease))
            {
                _lastUsed[i] = _run;
                lease.Restart();
                Use(lease.Memory.ByteLength);
                return lease;
            }
        }

        _lastUsed[sizeClass] = _run;
        Trim(capacity);
        TensorBuffer memory = Allocate(capacity);
        Use(capacity);
        _held += capacity;
        return new Lease(memory, this, sizeClass);
    }

    /// <summary>Room for so many objects, all null.</summary>
    public Lease RentObjects(int count)
    {
        if (_freeObjects.TryGetValue(count, out Stack<Lease>? free) && free.TryPop(out Lease? lease))
        {
            lease.Restart();
            return lease;
        }

        budget.Take((long)count * nint.Size, Reclaim);
        return new Lease(TensorBuffer.AllocateObjects(count), this, count);
    }

    public void Return(Lease lease)
    {
        if (!lease.Memory.HoldsObjects)
        {
            _used -= lease.Memory.ByteLength;
            (_free[lease.SizeClass] ??= new Stack<Lease>()).Push(lease);
            return;
        }

        lease.Memory.Objects.Clear();
        if (!_freeObjects.TryGetValue(lease.SizeClass, out Stack<Lease>? free))
        {
            _freeObjects[lease.SizeClass] = free = new Stack<Lease>();
        }

        free.Push(lease);
    }

    /// <summary>Lets go of all memory that no run holds.</summary>
    public void Clear()
    {
        foreach (Stack<Lease>? free in _free)
        {
            while (free is not null && free.TryPop(out Lease? lease))
            {
                _held -= lease.Memory.ByteLength;
                budget.Give(lease.Memory.ByteLength);
            }
        }

        foreach ((int count, Stack<Lease> free) in _freeObjects)
        {
            budget.Give((long)count * nint.Size * free.Count);
        }

        _freeObjects.Clear();
        Workspace.Clear();
    }

    private void Reclaim()
    {
        reclaim();
        Clear();
    }

    private void Use(long bytes)
    {
        _used += bytes;
        _mostUsed = Math.Max(_mostUsed, _used);
    }

    // New memory is wanted: sizes that this run has not asked for make room, if much more lies about than any run has used at
    // a time. Plans that take turns keep theirs as long as they are small beside the largest.
    private void Trim(long wanted)
    {
        for (int i = ClassCount - 1; i >= 0 && _held + wanted > _mostUsed + _mostUsed / 2; i--)
        {
            if (_lastUsed[i] == _run || _free[i] is not { } free)
            {
                continue;
            }

            while (_held + wanted > _mostUsed + _mostUsed / 2 && free.TryPop(out Lease? lease))
            {
                _held -= lease.Memory.ByteLength;
                budget.Give(lease.Memory.ByteLength);
            }
        }
    }

    private static int ClassOf(long bytes, out long capacity)
    {
        ulong last = (ulong)Math.Max(bytes, SmallestBytes) - 1;
        int shift = Math.Max(BitOperations.Log2(last) - StepBits, BitOperations.Log2(SmallestBytes));
        ulong step = (last >> shift) + 1;
        capacity = checked((long)(step << shift));
        return (shift << StepBits) + (int)step - (1 << StepBits);
    }

    private TensorBuffer Allocate(long bytes)
    {
        budget.Take(bytes, Reclaim);
        try
        {
            return TensorBuffer.Allocate(bytes, zeroed: false);
        }
        catch (Exception e) when (e is OutOfMemoryException or EngineException)
        {
            budget.Give(bytes);
            throw new EngineException(StatusCode.ResourceExhausted, $"No memory for a tensor of {bytes:n0} bytes.", innerException: e);
        }
    }
}
