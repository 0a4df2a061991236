using System.Numerics;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Execution;

/// <summary>Memory for the values of one run at a time. What a run lets go of waits in free lists by size: since the order of
/// a plan is fixed, its second run with the same shapes finds all that it needs.</summary>
internal sealed class Arena
{
    private const int SmallestBytes = 64;

    // Eight sizes to each power of two: at most one eighth is unused.
    private const int StepBits = 3;
    private const int ClassCount = 64 << StepBits;

    private readonly Stack<Lease>?[] _free = new Stack<Lease>?[ClassCount];
    private readonly Dictionary<int, Stack<Lease>> _freeObjects = [];
    private readonly long[] _lastUsed = new long[ClassCount];
    private long _run;

    /// <summary>Scratch memory of the numerics.</summary>
    public Workspace Workspace { get; } = new();

    /// <summary>Marks the start of a run, and lets go of free memory of sizes that no run has asked for lately.</summary>
    public void BeginRun()
    {
        const int patience = 64;
        _run++;
        if (_run % patience != 0)
        {
            return;
        }

        for (int i = 0; i < ClassCount; i++)
        {
            if (_lastUsed[i] < _run - patience)
            {
                _free[i] = null;
            }
        }
    }

    /// <summary>Memory of at least so many bytes, with arbitrary content.</summary>
    /// <exception cref="EngineException">More than an array can hold (ResourceExhausted).</exception>
    public Lease Rent(long bytes)
    {
        int sizeClass = ClassOf(bytes, out long capacity);
        _lastUsed[sizeClass] = _run;
        Stack<Lease> free = _free[sizeClass] ??= new Stack<Lease>();
        if (free.TryPop(out Lease? lease))
        {
            lease.Restart();
            return lease;
        }

        return new Lease(Allocate(capacity), this, sizeClass);
    }

    /// <summary>Room for so many objects, all null.</summary>
    public Lease RentObjects(int count)
    {
        if (_freeObjects.TryGetValue(count, out Stack<Lease>? free) && free.TryPop(out Lease? lease))
        {
            lease.Restart();
            return lease;
        }

        return new Lease(TensorBuffer.AllocateObjects(count), this, count);
    }

    public void Return(Lease lease)
    {
        if (!lease.Memory.HoldsObjects)
        {
            _free[lease.SizeClass]?.Push(lease);
            return;
        }

        lease.Memory.Objects.Clear();
        if (!_freeObjects.TryGetValue(lease.SizeClass, out Stack<Lease>? free))
        {
            _freeObjects[lease.SizeClass] = free = new Stack<Lease>();
        }

        free.Push(lease);
    }

    private static int ClassOf(long bytes, out long capacity)
    {
        ulong last = (ulong)Math.Max(bytes, SmallestBytes) - 1;
        int shift = Math.Max(BitOperations.Log2(last) - StepBits, BitOperations.Log2(SmallestBytes));
        ulong step = (last >> shift) + 1;
        capacity = checked((long)(step << shift));
        return (shift << StepBits) + (int)step - (1 << StepBits);
    }

    private static TensorBuffer Allocate(long bytes)
    {
        try
        {
            return TensorBuffer.Allocate(bytes, zeroed: false);
        }
        catch (OutOfMemoryException e)
        {
            throw new EngineException(StatusCode.ResourceExhausted, $"No memory for a tensor of {bytes:n0} bytes.", innerException: e);
        }
    }
}
