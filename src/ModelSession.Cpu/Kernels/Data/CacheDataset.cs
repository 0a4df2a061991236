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
internal sealed class CacheDataset(Dataset input, MemoryCache cache) : Dataset(input.Types, input.Shapes)
{
    public override long Cardinality => input.Cardinality;

    protected override DatasetIterator Begin(Iteration iteration) => cache.Elements is { } elements
        ? new TensorDataset(elements, Types, Shapes).Open(iteration)
        : new Iterator(input.Open(iteration), cache);

    private sealed class Iterator(DatasetIterator input, MemoryCache cache) : DatasetIterator
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
                _elements.Add(element);
                return element;
            }

            _ended = true;
            cache.Elements = _elements;
            return null;
        }
    }
}
