using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Each element with a probability.</summary>
internal sealed class SamplingDataset(Dataset input, float rate, SeedSource seeds) : Dataset(input.Types, input.Shapes)
{
    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), rate, seeds.Open(this, iteration).Next());

    private sealed class Iterator(DatasetIterator input, float rate, WordStream words) : DatasetIterator
    {
        protected override Tensor[]? Produce(KernelContext context)
        {
            while (true)
            {
                Tensor[]? element = input.Next(context);
                if (element is null || Uniform() < rate)
                {
                    return element;
                }
            }
        }

        private float Uniform() => BitConverter.UInt32BitsToSingle((words.Next() & 0x7FFFFF) | 0x3F800000) - 1;
    }
}
