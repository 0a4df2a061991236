using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The rows of a sparse tensor, each as indices, values and shape.</summary>
internal sealed class SparseTensorSliceDataset(Tensor indices, Tensor values, Tensor shape) : Dataset(
    [DType.Int64, values.DType, DType.Int64], [[-1, shape.ElementCount - 1], [-1], [shape.ElementCount - 1]])
{
    public override long Cardinality => shape.Span<long>()[0];

    /// <summary>The dataset that a node asks for.</summary>
    /// <exception cref="EngineException">What it is given is no sparse tensor in the order of its rows.</exception>
    public static SparseTensorSliceDataset Of(DatasetArguments a)
    {
        Tensor indices = a.Tensors("indices")[0], values = a.Tensors("values")[0], shape = a.Tensors("dense_shape")[0];
        if (indices.Shape.Rank != 2 || values.Shape.Rank != 1 || shape.Shape.Rank != 1)
        {
            throw Failure.Invalid($"Input indices, values and shape must be a matrix and two vectors; received {indices.Shape}, {values.Shape}, {shape.Shape}.");
        }

        if (values.Shape[0] != indices.Shape[0] || indices.Shape[1] != shape.Shape[0] || shape.Shape[0] == 0)
        {
            throw Failure.Invalid($"Number of values and rank must match the indices {indices.Shape}; received {values.Shape}, {shape.Shape}.");
        }

        CheckOrder(indices, shape);
        return new SparseTensorSliceDataset(indices, values, shape);
    }

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(indices, values, shape);

    private static void CheckOrder(Tensor indices, Tensor shape)
    {
        ReadOnlySpan<long> all = indices.Span<long>(), sizes = shape.Span<long>();
        long previous = 0;
        for (int at = 0; at < all.Length; at += sizes.Length)
        {
            for (int axis = 0; axis < sizes.Length; axis++)
            {
                if (all[at + axis] < 0 || all[at + axis] >= sizes[axis])
                {
                    throw Failure.Invalid($"Index {all[at + axis]} of axis {axis} is out of bounds: need 0 <= index < {sizes[axis]}.");
                }
            }

            previous = all[at] >= previous
                ? all[at]
                : throw new EngineException(StatusCode.Unimplemented, "The SparseTensor must be ordered in the batch dimension; handling arbitrarily ordered input is not currently supported.");
        }
    }

    private sealed class Iterator(Tensor indices, Tensor values, Tensor shape) : DatasetIterator
    {
        private long _row;
        private int _at;

        protected override Tensor[]? Produce(KernelContext context)
        {
            ReadOnlySpan<long> all = indices.Span<long>(), sizes = shape.Span<long>();
            if (_row >= sizes[0])
            {
                return null;
            }

            int start = _at, rank = sizes.Length;
            while (_at < values.Shape[0] && all[_at * rank] == _row)
            {
                _at++;
            }

            _row++;
            int count = _at - start;
            Tensor rowIndices = Tensor.Uninitialized(DType.Int64, [count, rank - 1]);
            for (int i = 0; i < count; i++)
            {
                all.Slice((start + i) * rank + 1, rank - 1).CopyTo(rowIndices.Span<long>()[(i * (rank - 1))..]);
            }

            return [rowIndices, Elements.Rows(values, start, count), Tensor.From(sizes[1..], [rank - 1])];
        }
    }
}
