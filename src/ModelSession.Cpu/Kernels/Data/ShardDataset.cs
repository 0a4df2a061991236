using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Every n-th element.</summary>
internal sealed class ShardDataset : Dataset
{
    private readonly Dataset _input;
    private readonly long _shards;
    private readonly long _index;
    private readonly bool _requireNonEmpty;

    public ShardDataset(Dataset input, long shards, long index, bool requireNonEmpty)
        : base(input.Types, input.Shapes)
    {
        (_input, _shards, _index, _requireNonEmpty) = (input, shards, index, requireNonEmpty);
        if (shards <= 0)
        {
            throw Failure.Invalid($"Number of shards must be greater than zero (currently num_shards = {shards}).");
        }

        if (index < 0 || index >= shards)
        {
            throw Failure.Invalid($"Index must be between 0 and {shards - 1} (currently index = {index}).");
        }
    }

    public override long Cardinality => _input.Cardinality is >= 0 and long all ? all / _shards + (_index < all % _shards ? 1 : 0) : _input.Cardinality;

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(this, _input.Open(iteration));

    private sealed class Iterator(ShardDataset dataset, DatasetIterator input) : DatasetIterator
    {
        private long _next;

        protected override Tensor[]? Produce(KernelContext context)
        {
            Tensor[]? element;
            do
            {
                element = input.Next(context);
                if (element is null)
                {
                    return null;
                }
            }
            while (_next++ % dataset._shards != dataset._index);
            for (; dataset._requireNonEmpty && _next < dataset._shards; _next++)
            {
                if (input.Next(context) is null)
                {
                    throw Failure.Invalid($"There aren't enough elements in this dataset for each shard to have at least one element (# elems = {_next}, # shards = {dataset._shards}).");
                }
            }

            return element;
        }
    }
}
