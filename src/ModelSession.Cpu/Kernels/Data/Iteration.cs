using System.Runtime.CompilerServices;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>One going through a dataset, from its start on: functions with state of their own, what datasets keep from epoch to epoch,
/// and files that are open.</summary>
internal sealed class Iteration : IDisposable
{
    private readonly HashSet<IDisposable> _open;
    private readonly HeldMemory _memory;
    private readonly ConditionalWeakTable<Dataset, object> _kept = [];
    private readonly ConditionalWeakTable<Dataset, Iteration[]> _branches = [];

    public Iteration(CpuSession session)
    {
        Session = session.Fork();
        _open = [];
        _memory = new HeldMemory(session);
    }

    private Iteration(Iteration whole)
    {
        Session = whole.Session;
        _open = whole._open;
        _memory = whole._memory;
    }

    /// <summary>The session, as functions of datasets see it: what their nodes keep starts anew with each iteration.</summary>
    public CpuSession Session { get; }

    /// <summary>What a dataset keeps as long as the iteration lasts.</summary>
    public T Keep<T>(Dataset dataset, Func<T> create)
        where T : class => (T)_kept.GetValue(dataset, _ => create());

    /// <summary>The iteration for one of several inputs of a dataset. An input that stands in two places keeps two states, as in
    /// TensorFlow, where a dataset becomes a tree before it is gone through.</summary>
    public Iteration Branch(Dataset dataset, int input, int count) =>
        _branches.GetValue(dataset, _ => [.. Enumerable.Range(0, count).Select(_ => new Iteration(this))])[input];

    /// <summary>Counts an element that is held among others: how many there are is in the hands of the graph.</summary>
    /// <exception cref="EngineException">The session may not take so much memory (ResourceExhausted).</exception>
    public void Hold(Tensor[] element) => _memory.Take(SizeOf(element));

    /// <summary>Counts no more what was held.</summary>
    public void Free(Tensor[] element) => _memory.Give(SizeOf(element));

    /// <summary>A tensor with arbitrary elements, whose size is in the hands of the graph.</summary>
    /// <exception cref="EngineException">The session may not take so much memory (ResourceExhausted).</exception>
    public Tensor NewTensor(DType dtype, Shape shape)
    {
        long bytes = BytesOf(dtype, shape);
        _memory.Take(bytes);
        _memory.Give(bytes);
        return Tensor.Uninitialized(dtype, shape);
    }

    /// <summary>Closes something at the end of the iteration at the latest.</summary>
    public T Keep<T>(T open)
        where T : IDisposable
    {
        _open.Add(open);
        return open;
    }

    /// <summary>Closes something before the end.</summary>
    public void Close(IDisposable? open)
    {
        if (open is not null && _open.Remove(open))
        {
            open.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (IDisposable open in _open)
        {
            open.Dispose();
        }

        _open.Clear();
        _memory.GiveAll();
    }

    private static long SizeOf(Tensor[] element)
    {
        // What an object takes beside its content.
        const int overhead = 128;
        long size = overhead;
        foreach (Tensor component in element)
        {
            size += overhead + component.ByteLength;
            for (int i = 0; component.DType == DType.String && i < component.Objects.Length; i++)
            {
                size += IntPtr.Size + component.StringBytes(i).Length;
            }
        }

        return size;
    }

    private static long BytesOf(DType dtype, Shape shape)
    {
        try
        {
            return checked(shape.ElementCount * (dtype.IsObject() ? IntPtr.Size : dtype.Size()));
        }
        catch (OverflowException e)
        {
            throw new EngineException(StatusCode.ResourceExhausted, $"A tensor {dtype.Name()} {shape} is larger than any memory.", innerException: e);
        }
    }
}
