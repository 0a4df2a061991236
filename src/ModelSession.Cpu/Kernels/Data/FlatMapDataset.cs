using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The elements of the datasets that a function makes of each element, one after the other.</summary>
internal sealed class FlatMapDataset(Dataset input, CapturedFunction function, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) : Dataset(types, shapes)
{
    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), function.Open(iteration), iteration);

    private sealed class Iterator(DatasetIterator input, DatasetFunction function, Iteration iteration) : DatasetIterator
    {
        private DatasetIterator? _inner;

        protected override Tensor[]? Produce(KernelContext context)
        {
            while (true)
            {
                if (_inner is null)
                {
                    if (input.Next(context) is not { } outer)
                    {
                        return null;
                    }

                    _inner = function.Dataset(context, outer).Open(iteration);
                }

                if (_inner.Next(context) is { } element)
                {
                    return element;
                }

                _inner = null;
            }
        }
    }
}
