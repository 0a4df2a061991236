using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>All but the first elements; none if the number is negative.</summary>
internal sealed class SkipDataset(Dataset input, long count) : Dataset(input.Types, input.Shapes)
{
    public override long Cardinality => count < 0 ? 0 : input.Cardinality is >= 0 and long all ? System.Math.Max(0, all - count) : input.Cardinality;

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), count);

    private sealed class Iterator(DatasetIterator input, long count) : DatasetIterator
    {
        private bool _skipped;

        protected override Tensor[]? Produce(KernelContext context)
        {
            if (count < 0)
            {
                return null;
            }

            // After an element that fails, as many are passed over again, as in TensorFlow.
            for (long i = 0; i < count && !_skipped; i++)
            {
                if (input.Next(context) is null)
                {
                    return null;
                }
            }

            _skipped = true;
            return input.Next(context);
        }
    }
}
