using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Elements that take their time.</summary>
internal sealed class SleepDataset(Dataset input, long microseconds) : Dataset(input.Types, input.Shapes)
{
    public override long Cardinality => input.Cardinality;

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), TimeSpan.FromMicroseconds(microseconds));

    private sealed class Iterator(DatasetIterator input, TimeSpan pause) : DatasetIterator
    {
        protected override Tensor[]? Produce(KernelContext context)
        {
            // A handle without a timeout above it takes at most so much.
            TimeSpan longest = TimeSpan.FromMilliseconds(int.MaxValue - 1);
            if (context.Cancel.WaitHandle.WaitOne(pause < longest ? pause : longest))
            {
                context.Cancel.ThrowIfCancellationRequested();
            }

            return input.Next(context);
        }
    }
}
