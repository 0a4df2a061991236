using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The elements before the first for which a predicate does not hold.</summary>
internal sealed class TakeWhileDataset(Dataset input, CapturedFunction predicate) : Dataset(input.Types, input.Shapes)
{
    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), predicate.Open(iteration));

    private sealed class Iterator(DatasetIterator input, DatasetFunction predicate) : DatasetIterator
    {
        private bool _ended;

        protected override Tensor[]? Produce(KernelContext context)
        {
            Tensor[]? element = _ended ? null : input.Next(context);
            _ended = element is null || !predicate.Test(context, element);
            return _ended ? null : element;
        }
    }
}
