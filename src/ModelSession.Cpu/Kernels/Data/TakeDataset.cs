using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The first elements; all if the number is negative.</summary>
internal sealed class TakeDataset(Dataset input, long count) : Dataset(input.Types, input.Shapes)
{
    public override long Cardinality => input.Cardinality is var all && count < 0 ? all
        : count == 0 ? 0
        : all switch { Infinite => count, Unknown => Unknown, _ => System.Math.Min(all, count) };

    protected override DatasetIterator Begin(Iteration iteration) => count == 0
        ? new TensorDataset([], Types, Shapes).Open(iteration)
        : new Iterator(input.Open(iteration), count);

    private sealed class Iterator(DatasetIterator input, long count) : DatasetIterator
    {
        private long _taken;

        protected override Tensor[]? Produce(KernelContext context)
        {
            if (count >= 0 && _taken >= count)
            {
                return null;
            }

            Tensor[]? element = input.Next(context);
            _taken++;
            return element;
        }
    }
}
