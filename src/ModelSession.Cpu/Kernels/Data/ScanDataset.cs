using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>What a function makes of each element and a state that goes on from element to element.</summary>
internal sealed class ScanDataset(
    Dataset input, Tensor[] initial, CapturedFunction function, bool preserveCardinality, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes)
    : Dataset(types, shapes)
{
    public override long Cardinality => preserveCardinality ? input.Cardinality : Unknown;

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), initial, function.Open(iteration), preserveCardinality);

    private sealed class Iterator(DatasetIterator input, Tensor[] initial, DatasetFunction function, bool preserveCardinality) : DatasetIterator
    {
        private Tensor[] _state = initial;

        protected override Tensor[]? Produce(KernelContext context)
        {
            if (input.Next(context) is not { } element || function.CallOrEnd(context, preserveCardinality, [.. _state, .. element]) is not { } results)
            {
                return null;
            }

            Elements.CheckTypes(
                [.. _state.Select(part => part.DType)],
                [.. results.Take(_state.Length).Select(part => part.DType)]);
            _state = results[.._state.Length];
            return results[_state.Length..];
        }
    }
}
