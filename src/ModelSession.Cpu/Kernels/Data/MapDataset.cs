using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>What a function makes of each element. It may end the dataset by OUT_OF_RANGE.</summary>
internal sealed class MapDataset(Dataset input, CapturedFunction function, bool preserveCardinality, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes)
    : Dataset(types, shapes)
{
    public override long Cardinality => preserveCardinality ? input.Cardinality : Unknown;

    /// <summary>Batches of its elements.</summary>
    public MapAndBatchDataset Batched(long size, bool dropRemainder) =>
        new(input, function, size, dropRemainder, preserveCardinality, Types, Elements.Batched(Shapes, -1));

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), function.Open(iteration), preserveCardinality);

    private sealed class Iterator(DatasetIterator input, DatasetFunction function, bool preserveCardinality) : DatasetIterator
    {
        protected override Tensor[]? Produce(KernelContext context) =>
            input.Next(context) is { } element ? function.CallOrEnd(context, preserveCardinality, element) : null;
    }
}
