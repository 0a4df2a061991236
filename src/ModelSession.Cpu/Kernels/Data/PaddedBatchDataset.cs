using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>So many elements as one, stacked and filled up to one shape.</summary>
internal sealed class PaddedBatchDataset : Dataset
{
    private readonly Dataset _input;
    private readonly long _size;
    private readonly bool _dropRemainder;
    private readonly Shape[] _padded;
    private readonly Tensor[] _fillings;

    /// <param name="input">The elements.</param>
    /// <param name="size">The size of a batch.</param>
    /// <param name="padded">The shape of each component; −1 for the longest of a batch.</param>
    /// <param name="fillings">A scalar for each component.</param>
    /// <param name="dropRemainder">Whether a last, smaller batch is left out.</param>
    public PaddedBatchDataset(Dataset input, long size, Shape[] padded, Tensor[] fillings, bool dropRemainder)
        : base(input.Types, Elements.Batched(padded, BatchDataset.StaticSize(input, size, dropRemainder)))
    {
        (_input, _size, _padded, _fillings, _dropRemainder) = (input, size, padded, fillings, dropRemainder);
        if (padded.Length != input.Shapes.Count || fillings.Length != input.Shapes.Count)
        {
            throw Failure.Invalid(
                $"Number of padded shapes ({padded.Length}) and padding values ({fillings.Length}) must match the number of components in the input dataset's elements ({input.Shapes.Count})");
        }

        for (int i = 0; i < padded.Length; i++)
        {
            if (fillings[i].DType != input.Types[i])
            {
                throw Failure.Invalid($"Mismatched type between padding value {i} and input dataset's component {i}: {fillings[i].DType.Name()} vs. {input.Types[i].Name()}");
            }

            if (fillings[i].Shape.Rank != 0)
            {
                throw Failure.Invalid("All padding values must be scalars");
            }
        }
    }

    public override long Cardinality => BatchDataset.Count(_input.Cardinality, _size, _dropRemainder);

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(this, _input.Open(iteration), iteration);

    private Tensor Stack(IReadOnlyList<Tensor[]> elements, int component, Iteration iteration)
    {
        long[] sizes = [elements.Count, .. _padded[component].Dimensions];
        foreach (Tensor tensor in elements.Select(element => element[component]))
        {
            Fit(sizes, tensor.Shape, component);
        }

        Tensor batch = iteration.NewTensor(_fillings[component].DType, new Shape(sizes));
        long width = batch.ElementCount / elements.Count;
        Fill(batch, _fillings[component]);
        for (int i = 0; i < elements.Count; i++)
        {
            Place(elements[i][component], batch, i * width, sizes);
        }

        return batch;
    }

    private void Fit(long[] sizes, Shape shape, int component)
    {
        Shape padded = _padded[component];
        if (shape.Rank != padded.Rank)
        {
            throw Failure.Invalid(
                $"All elements in a batch must have the same rank as the padded shape for component {component}: expected rank {padded.Rank} but got element with rank {shape.Rank}");
        }

        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (padded[axis] >= 0 && shape[axis] > padded[axis])
            {
                throw new EngineException(
                    StatusCode.DataLoss, $"Attempted to pad to a smaller size than the input element: component {component} of shape {shape} to {padded}.");
            }

            sizes[axis + 1] = System.Math.Max(sizes[axis + 1], shape[axis]);
        }
    }

    private static void Fill(Tensor batch, Tensor filling)
    {
        if (batch.DType.IsObject())
        {
            batch.Objects.Fill(filling.Objects[0]);
            return;
        }

        long have = System.Math.Min(1, batch.ElementCount);
        Elements.Copy(filling, 0, batch, 0, have);
        while (have < batch.ElementCount)
        {
            long part = System.Math.Min(have, batch.ElementCount - have);
            Elements.Copy(batch, 0, batch, have, part);
            have += part;
        }
    }

    // Row by row of the innermost dimension.
    private static void Place(Tensor element, Tensor batch, long at, long[] sizes)
    {
        if (element.ElementCount == 0)
        {
            return;
        }

        int rank = element.Shape.Rank;
        long[] steps = new long[rank], index = new long[rank];
        StridedCopy.RowMajor(sizes.AsSpan(1), steps);
        long row = rank == 0 ? 1 : element.Shape[-1];
        for (long from = 0; from < element.ElementCount; from += row)
        {
            long to = at;
            for (int axis = 0; axis < rank; axis++)
            {
                to += index[axis] * steps[axis];
            }

            Elements.Copy(element, from, batch, to, row);
            for (int axis = rank - 2; axis >= 0 && ++index[axis] == element.Shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }
    }

    private sealed class Iterator(PaddedBatchDataset dataset, DatasetIterator input, Iteration iteration) : DatasetIterator
    {
        private bool _ended;

        protected override Tensor[]? Produce(KernelContext context)
        {
            using HeldElements elements = new(iteration);
            while (!_ended && elements.Count < dataset._size)
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

            return elements.Count == 0 || (dataset._dropRemainder && elements.Count < dataset._size)
                ? null
                : [.. Enumerable.Range(0, dataset._padded.Length).Select(component => dataset.Stack(elements.All, component, iteration))];
        }
    }
}
