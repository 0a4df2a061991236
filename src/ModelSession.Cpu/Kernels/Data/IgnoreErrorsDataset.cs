using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The elements that can be made.</summary>
internal sealed class IgnoreErrorsDataset(Dataset input) : Dataset(input.Types, input.Shapes)
{
    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration));

    private sealed class Iterator(DatasetIterator input) : DatasetIterator
    {
        protected override Tensor[]? Produce(KernelContext context)
        {
            while (true)
            {
                try
                {
                    return input.Next(context);
                }
                catch (ModelSessionException)
                {
                    // This is what it is for. Cancelling is no error of an element.
                }
            }
        }
    }
}
