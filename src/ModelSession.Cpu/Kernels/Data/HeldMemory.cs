using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The memory that an iteration holds in elements, as a part of what its session may take.</summary>
internal sealed class HeldMemory(CpuSession session)
{
    private long _held;

    /// <summary>Counts more.</summary>
    /// <exception cref="EngineException">The session may not take so much (ResourceExhausted).</exception>
    public void Take(long bytes)
    {
        session.TakeMemory(bytes);
        _held += bytes;
    }

    public void Give(long bytes)
    {
        session.GiveMemory(bytes);
        _held -= bytes;
    }

    public void GiveAll() => Give(_held);
}

/// <summary>Elements that are gathered, and let go of together.</summary>
internal sealed class HeldElements(Iteration iteration) : IDisposable
{
    private readonly List<Tensor[]> _all = [];

    public IReadOnlyList<Tensor[]> All => _all;

    public int Count => _all.Count;

    /// <summary>Adds one.</summary>
    /// <exception cref="EngineException">There is no memory for it (ResourceExhausted).</exception>
    public void Add(Tensor[] element)
    {
        iteration.Hold(element);
        _all.Add(element);
    }

    /// <summary>All of them as a batch.</summary>
    public Tensor[] Stack() => Elements.Stack(_all, iteration);

    public void Dispose() => _all.ForEach(iteration.Free);
}
