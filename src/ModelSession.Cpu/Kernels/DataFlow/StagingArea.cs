using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Bounds of what is staged.</summary>
/// <param name="Capacity">How many elements; 0 for any number.</param>
/// <param name="MemoryLimit">How many bytes; 0 for any number.</param>
internal readonly record struct StagingLimits(long Capacity, long MemoryLimit)
{
    public static StagingLimits Of(GraphOperation node) => new(node.Int("capacity"), node.Int("memory_limit"));

    /// <summary>Whether an element fits beside those that are there.</summary>
    public bool HasRoom(long count, long bytes, long added) =>
        (Capacity <= 0 || count < Capacity) && (MemoryLimit <= 0 || bytes + added <= MemoryLimit);

    /// <exception cref="EngineException">An element alone is too large (ResourceExhausted).</exception>
    public void Check(long bytes)
    {
        if (MemoryLimit > 0 && bytes > MemoryLimit)
        {
            throw new EngineException(
                StatusCode.ResourceExhausted, $"Attempted to insert tensors with combined size of '{bytes}' bytes into Staging Area with a memory limit of '{MemoryLimit}'.");
        }
    }
}

/// <summary>Elements staged by one run for another, first in, first out.</summary>
internal sealed class StagingArea(StagingLimits limits) : IDisposable
{
    private readonly List<Tensor[]> _elements = [];
    private readonly WaitGate _gate = new();
    private long _bytes;

    public int Count => _gate.Do(() => _elements.Count);

    public void Put(Tensor[] element, CancellationToken cancel)
    {
        long added = BytesOf(element);
        limits.Check(added);
        _gate.When(() => limits.HasRoom(_elements.Count, _bytes, added), () =>
        {
            _elements.Add(element);
            return _bytes += added;
        }, cancel);
    }

    public Tensor[] Take(CancellationToken cancel) => _gate.When(() => _elements.Count > 0, () =>
    {
        Tensor[] first = _elements[0];
        _elements.RemoveAt(0);
        _bytes -= BytesOf(first);
        return first;
    }, cancel);

    public Tensor[] Peek(int index, CancellationToken cancel) => index >= 0
        ? _gate.When(() => _elements.Count > index, () => _elements[index], cancel)
        : throw Failure.Invalid($"index must be 0 or more, not {index}");

    public void Clear() => _gate.Do(() =>
    {
        _elements.Clear();
        return _bytes = 0;
    });

    public void Dispose() => _gate.Dispose();

    internal static long BytesOf(IEnumerable<Tensor?> element) => element.Sum(tensor => tensor is null ? 0 : tensor.DType.IsObject() ? tensor.ElementCount * IntPtr.Size : tensor.ByteLength);
}
