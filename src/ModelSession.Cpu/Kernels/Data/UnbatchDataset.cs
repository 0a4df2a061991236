using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The rows of each element as elements.</summary>
internal sealed class UnbatchDataset(Dataset input) : Dataset(input.Types, [.. input.Shapes.Select(RowShape)])
{
    public override long Cardinality => input.Cardinality == Infinite ? Infinite
        : input.Cardinality >= 0 && input.Shapes.FirstOrDefault(shape => shape.Rank > 0 && shape[0] >= 0) is { } known ? RepeatDataset.Times(input.Cardinality, known[0])
        : Unknown;

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration));

    private static Shape RowShape(Shape shape) => shape.Rank > 0 ? new Shape(shape.Dimensions[1..]) : Shape.Unknown;

    private sealed class Iterator(DatasetIterator input) : DatasetIterator
    {
        private Tensor[] _batch = [];
        private long _next;
        private long _size;

        protected override Tensor[]? Produce(KernelContext context)
        {
            while (_next >= _size)
            {
                (_next, _size) = (0, 0);
                if (input.Next(context) is not { } batch)
                {
                    return null;
                }

                _size = SizeOf(batch);
                _batch = batch;
            }

            long row = _next++;
            return System.Array.ConvertAll(_batch, component => Elements.Row(component, row, new Shape(component.Shape.Dimensions[1..])));
        }

        private static long SizeOf(Tensor[] batch)
        {
            long size = batch.Length == 0 ? 0 : -1;
            for (int i = 0; i < batch.Length; i++)
            {
                if (batch[i].Shape.Rank == 0)
                {
                    throw Failure.Invalid("Input element must have a non-scalar value in each component.");
                }

                if (size >= 0 && batch[i].Shape[0] != size)
                {
                    throw Failure.Invalid(
                        $"Input element must have the same batch size in each component. Component 0 had size {size} but component {i} had size {batch[i].Shape[0]}.");
                }

                size = batch[i].Shape[0];
            }

            return size;
        }
    }
}
