using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The elements for which a predicate holds.</summary>
internal sealed class FilterDataset(Dataset input, CapturedFunction predicate) : Dataset(input.Types, input.Shapes)
{
    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), predicate.Open(iteration));

    private sealed class Iterator(DatasetIterator input, DatasetFunction predicate) : DatasetIterator
    {
        protected override Tensor[]? Produce(KernelContext context)
        {
            while (true)
            {
                Tensor[]? element = input.Next(context);
                if (element is null || predicate.Test(context, element))
                {
                    return element;
                }
            }
        }
    }
}
