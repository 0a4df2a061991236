using System.Runtime.ExceptionServices;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>How windows stand over elements.</summary>
/// <param name="Size">The number of elements in a window.</param>
/// <param name="Shift">How far the next one begins behind it.</param>
/// <param name="Stride">How far apart the elements of one are.</param>
/// <param name="DropRemainder">Whether windows that are not full are left out.</param>
internal sealed record WindowPlacement(long Size, long Shift, long Stride, bool DropRemainder)
{
    /// <summary>The number of elements that a window stands over.</summary>
    public long Span => (long)Int128.Min(((Int128)Size - 1) * Stride + 1, long.MaxValue);

    /// <summary>How many windows stand over a number of elements.</summary>
    public long Count(long elements) => elements < 0 ? elements
        : DropRemainder ? elements < Span ? 0 : (elements - Span) / Shift + 1
        : elements / Shift + (elements % Shift == 0 ? 0 : 1);
}

/// <summary>Goes through windows of elements, each a list of them.</summary>
internal sealed class Windows(Dataset dataset, WindowPlacement placement, Iteration iteration)
{
    // An element that failed stands as its error: whoever gets it in a window has the error.
    private readonly Queue<object> _buffer = new();
    private readonly DatasetIterator _input = dataset.Open(iteration);
    private bool _ended;

    /// <summary>The next window; null at the end.</summary>
    public List<Tensor[]>? Next(KernelContext context)
    {
        while (!_ended && _buffer.Count < placement.Span)
        {
            if (Pull(context) is { } element)
            {
                Enqueue(element);
            }
        }

        if (_buffer.Count == 0 || (placement.DropRemainder && _buffer.Count < placement.Span))
        {
            return null;
        }

        object[] window = [.. _buffer.Where((_, i) => i % placement.Stride == 0)];
        Shift(context);
        if (window.OfType<EngineException>().FirstOrDefault() is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return [.. window.Cast<Tensor[]>()];
    }

    private void Enqueue(object element)
    {
        if (element is Tensor[] tensors)
        {
            iteration.Hold(tensors);
        }

        _buffer.Enqueue(element);
    }

    private void Drop()
    {
        if (_buffer.Dequeue() is Tensor[] tensors)
        {
            iteration.Free(tensors);
        }
    }

    private object? Pull(KernelContext context)
    {
        try
        {
            Tensor[]? element = _input.Next(context);
            _ended = element is null;
            return element;
        }
        catch (EngineException e)
        {
            return e;
        }
    }

    private void Shift(KernelContext context)
    {
        long beyond = placement.Shift - _buffer.Count;
        if (beyond < 0)
        {
            for (long i = 0; i < placement.Shift; i++)
            {
                Drop();
            }

            return;
        }

        while (_buffer.Count > 0)
        {
            Drop();
        }

        for (long i = 0; i < beyond && !_ended; i++)
        {
            Pull(context);
        }
    }
}

/// <summary>Windows of elements; each component of a window is a dataset.</summary>
internal sealed class WindowDataset(Dataset input, WindowPlacement placement)
    : Dataset([.. input.Types.Select(_ => DType.Variant)], [.. input.Types.Select(_ => Shape.Scalar)])
{
    public override long Cardinality => placement.Count(input.Cardinality);

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input, new Windows(input, placement, iteration));

    private sealed class Iterator(Dataset dataset, Windows windows) : DatasetIterator
    {
        protected override Tensor[]? Produce(KernelContext context) =>
            windows.Next(context) is { } window ? [.. Enumerable.Range(0, dataset.Types.Count).Select(component => Part(window, component))] : null;

        private Tensor Part(List<Tensor[]> window, int component) => Elements.Wrap(
            new TensorDataset([.. window.Select(element => new[] { element[component] })], [dataset.Types[component]], [dataset.Shapes[component]]));
    }
}

/// <summary>Windows of elements, stacked.</summary>
internal sealed class SlidingWindowDataset(Dataset input, WindowPlacement placement) : Dataset(input.Types, Elements.Batched(input.Shapes, -1))
{
    public override long Cardinality => placement.Count(input.Cardinality);

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(new Windows(input, placement, iteration), iteration);

    private sealed class Iterator(Windows windows, Iteration iteration) : DatasetIterator
    {
        protected override Tensor[]? Produce(KernelContext context) => windows.Next(context) is { } window ? Elements.Stack(window, iteration) : null;
    }
}
