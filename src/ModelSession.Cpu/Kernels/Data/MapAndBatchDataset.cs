using System.Runtime.ExceptionServices;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>What a function makes of so many elements, stacked. If it fails for one, the whole batch fails, and the next one goes on behind it.</summary>
internal sealed class MapAndBatchDataset(
    Dataset input, CapturedFunction function, long size, bool dropRemainder, bool preserveCardinality, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes)
    : Dataset(types, shapes)
{
    public override long Cardinality => preserveCardinality ? BatchDataset.Count(input.Cardinality, size, dropRemainder) : Unknown;

    protected override DatasetIterator Begin(Iteration iteration) =>
        new Iterator(input.Open(iteration), function.Open(iteration), size, dropRemainder, preserveCardinality, iteration);

    private sealed class Iterator(DatasetIterator input, DatasetFunction function, long size, bool dropRemainder, bool preserveCardinality, Iteration iteration)
        : DatasetIterator
    {
        private bool _ended;

        protected override Tensor[]? Produce(KernelContext context)
        {
            using HeldElements elements = new(iteration);
            EngineException? failure = null;
            for (long i = 0; i < size && !_ended; i++)
            {
                try
                {
                    Tensor[]? element = input.Next(context) is { } source ? function.CallOrEnd(context, preserveCardinality, source) : null;
                    _ended = element is null;
                    if (element is not null)
                    {
                        elements.Add(element);
                    }
                }
                catch (EngineException e)
                {
                    failure ??= e;
                }
            }

            if (failure is not null)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            return elements.Count == 0 || (dropRemainder && elements.Count < size) ? null : elements.Stack();
        }
    }
}
