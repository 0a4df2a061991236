using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Batches cut anew.</summary>
/// <param name="input">Batches.</param>
/// <param name="sizes">The sizes of the new batches, in turns.</param>
/// <param name="dropRemainder">Whether a last, smaller batch is left out.</param>
/// <param name="types">The types of the components.</param>
/// <param name="shapes">Their shapes.</param>
internal sealed class RebatchDataset(Dataset input, long[] sizes, bool dropRemainder, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) : Dataset(types, shapes)
{
    /// <summary>Batches of given sizes.</summary>
    public static RebatchDataset BySizes(DatasetArguments a)
    {
        Value sizes = a.Value("batch_sizes");
        long[] all = a.Ints("batch_sizes");
        return sizes.Rank > 1 || all.Length == 0 || all.Any(size => size <= 0)
            ? throw Failure.Invalid("`batch_sizes` must be a scalar or a vector of numbers greater than zero.")
            : new RebatchDataset(a.Input, all, a.Bool("drop_remainder"), a.Types, a.Shapes);
    }

    /// <summary>Each batch in so many parts.</summary>
    public static SplitBatchDataset ByReplicas(DatasetArguments a) => new(a.Input, a.Positive("num_replicas", "num_replicas"), a.Types, a.Shapes);

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(new UnbatchDataset(input).Open(iteration), sizes, dropRemainder, iteration);

    private sealed class Iterator(DatasetIterator rows, long[] sizes, bool dropRemainder, Iteration iteration) : DatasetIterator
    {
        private long _next;

        protected override Tensor[]? Produce(KernelContext context)
        {
            long size = sizes[_next++ % sizes.Length];
            using HeldElements batch = new(iteration);
            while (batch.Count < size && rows.Next(context) is { } row)
            {
                batch.Add(row);
            }

            return batch.Count == 0 || (dropRemainder && batch.Count < size) ? null : batch.Stack();
        }
    }
}

/// <summary>Each batch in so many parts, the last of which may be smaller or empty.</summary>
internal sealed class SplitBatchDataset(Dataset input, long parts, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) : Dataset(types, shapes)
{
    public override long Cardinality => RepeatDataset.Times(input.Cardinality, parts);

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(input.Open(iteration), parts);

    private sealed class Iterator(DatasetIterator input, long parts) : DatasetIterator
    {
        private Tensor[] _batch = [];
        private long _next = long.MaxValue;

        protected override Tensor[]? Produce(KernelContext context)
        {
            if (_next >= parts)
            {
                if (input.Next(context) is not { } batch)
                {
                    return null;
                }

                if (batch.Any(component => component.Shape.Rank == 0))
                {
                    throw Failure.Invalid("Cannot rebatch dataset: All components must be batched.");
                }

                (_batch, _next) = (batch, 0);
            }

            long part = _next++;
            return System.Array.ConvertAll(_batch, component => Part(component, part));
        }

        private Tensor Part(Tensor component, long part)
        {
            long rows = component.Shape[0], size = (rows + parts - 1) / parts, start = System.Math.Min(rows, (long)Int128.Min((Int128)part * size, rows));
            return Elements.Rows(component, start, System.Math.Min(size, rows - start));
        }
    }
}
