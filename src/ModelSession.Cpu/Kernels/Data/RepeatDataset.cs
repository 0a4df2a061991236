using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>A dataset several times, or without end if the number is negative. What has no element ends at once.</summary>
internal sealed class RepeatDataset(Dataset input, long count) : Dataset(input.Types, input.Shapes)
{
    public override long Cardinality => count < 0 ? input.Cardinality == 0 ? 0 : Infinite : Times(input.Cardinality, count);

    /// <summary>The cardinality of a dataset taken so many times.</summary>
    public static long Times(long cardinality, long count) =>
        count == 0 ? 0 : cardinality < 0 ? cardinality : (long)Int128.Min((Int128)cardinality * count, long.MaxValue);

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input, count, iteration);

    private sealed class Iterator(Dataset dataset, long count, Iteration iteration) : DatasetIterator
    {
        private DatasetIterator? _input;
        private long _done;
        private bool _isEmpty = true;

        protected override Tensor[]? Produce(KernelContext context)
        {
            while (count < 0 || _done < count)
            {
                context.Cancel.ThrowIfCancellationRequested();
                _input ??= dataset.Open(iteration);
                if (_input.Next(context) is { } element)
                {
                    _isEmpty = false;
                    return element;
                }

                _done++;
                _input = null;
                if (count < 0 && _isEmpty)
                {
                    return null;
                }

                _isEmpty = true;
            }

            return null;
        }
    }
}
