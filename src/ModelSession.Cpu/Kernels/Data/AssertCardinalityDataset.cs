using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>A dataset that must have so many elements.</summary>
internal sealed class AssertCardinalityDataset(Dataset input, long count) : Dataset(input.Types, input.Shapes)
{
    public override long Cardinality => count;

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), count);

    private sealed class Iterator(DatasetIterator input, long count) : DatasetIterator
    {
        private long _seen;

        protected override Tensor[]? Produce(KernelContext context)
        {
            Tensor[]? element = input.Next(context);
            _seen += element is null ? 0 : 1;
            if (element is null && _seen != count)
            {
                throw Failure.Precondition($"Input dataset was expected to contain {Said(count)} but contained only {_seen} elements.");
            }

            if (count >= 0 && _seen > count)
            {
                throw Failure.Precondition($"Input dataset was expected to contain {Said(count)} but contained at least {_seen} elements.");
            }

            return element;
        }

        private static string Said(long count) => count == Infinite ? "an infinite number of elements" : $"{count} elements";
    }
}
