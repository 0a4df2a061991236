using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>So many elements as one, stacked.</summary>
internal sealed class BatchDataset(Dataset input, long size, bool dropRemainder)
    : Dataset(input.Types, Elements.Batched(input.Shapes, StaticSize(input, size, dropRemainder)))
{
    public override long Cardinality => Count(input.Cardinality, size, dropRemainder);

    /// <summary>How many batches a number of elements makes.</summary>
    public static long Count(long elements, long size, bool dropRemainder) =>
        elements < 0 ? elements : elements / size + (dropRemainder || elements % size == 0 ? 0 : 1);

    /// <summary>The size that all batches are known to have; else −1.</summary>
    public static long StaticSize(Dataset input, long size, bool dropRemainder) => dropRemainder || input.Cardinality == Infinite ? size : -1;

    // TensorFlow makes one of the two: a batch with an element that fails is passed over as a whole.
    protected override DatasetIterator Begin(Iteration iteration) => input is MapDataset map
        ? map.Batched(size, dropRemainder).Open(iteration)
        : new Iterator(input.Open(iteration), size, dropRemainder, iteration);

    private sealed class Iterator(DatasetIterator input, long size, bool dropRemainder, Iteration iteration) : DatasetIterator
    {
        private bool _ended;

        protected override Tensor[]? Produce(KernelContext context)
        {
            using HeldElements elements = new(iteration);
            while (!_ended && elements.Count < size)
            {
                if (input.Next(context) is { } element)
                {
                    elements.Add(element);
                }
                else
                {
                    _ended = true;
                }
            }

            return elements.Count == 0 || (dropRemainder && elements.Count < size) ? null : elements.Stack();
        }
    }
}
