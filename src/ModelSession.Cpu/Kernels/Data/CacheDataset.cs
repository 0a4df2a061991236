using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The elements of a dataset that was gone through once as a whole.</summary>
internal sealed class MemoryCache
{
    private volatile IReadOnlyList<Tensor[]>? _elements;

    /// <summary>All of them; null before.</summary>
    public IReadOnlyList<Tensor[]>? Elements
    {
        get => _elements;
        set => _elements ??= value;
    }
}

/// <summary>Elements that are made once and kept.</summary>
/// <param name="input">The elements.</param>
/// <param name="shared">A cache that others may share; null for one in each iteration.</param>
internal sealed class CacheDataset(Dataset input, MemoryCache? shared) : Dataset(input.Types, input.Shapes)
{
    public override long Cardinality => input.Cardinality;

    protected override DatasetIterator Begin(Iteration iteration)
    {
        MemoryCache cache = shared ?? iteration.Keep(this, () => new MemoryCache());
        return cache.Elements is { } elements ? new TensorDataset(elements, Types, Shapes).Open(iteration) : new Iterator(input.Open(iteration), cache, iteration);
    }

    private sealed class Iterator(DatasetIterator input, MemoryCache cache, Iteration iteration) : DatasetIterator
    {
        private readonly List<Tensor[]> _elements = [];
        private bool _ended;

        protected override Tensor[]? Produce(KernelContext context)
        {
            if (_ended)
            {
                return null;
            }

            if (input.Next(context) is { } element)
            {
                iteration.Hold(element);
                _elements.Add(element);
                return element;
            }

            _ended = true;
            cache.Elements = _elements;
            return null;
        }
    }
}
