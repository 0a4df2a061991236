using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>So many elements as one sparse tensor, each at most as large as a row: a vector of indices, values and shape.</summary>
internal sealed class DenseToSparseBatchDataset : Dataset
{
    private readonly Dataset _input;
    private readonly long _size;
    private readonly long[] _row;

    public DenseToSparseBatchDataset(Dataset input, long size, long[] row)
        : base([DType.Variant], [[3]])
    {
        (_input, _size, _row) = (input, size, row);
        if (input.Types.Count != 1)
        {
            throw Failure.Invalid("DenseToSparseDataset only supports inputs with a single component.");
        }

        if (row.Any(length => length < -1))
        {
            throw Failure.Invalid($"A row has lengths of at least -1, not [{string.Join(", ", row)}].");
        }
    }

    public override long Cardinality => BatchDataset.Count(_input.Cardinality, _size, dropRemainder: false);

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(this, _input.Open(iteration), iteration);

    private sealed class Iterator(DenseToSparseBatchDataset dataset, DatasetIterator input, Iteration iteration) : DatasetIterator
    {
        protected override Tensor[]? Produce(KernelContext context)
        {
            using HeldElements rows = new(iteration);
            while (rows.Count < dataset._size && input.Next(context) is { } row)
            {
                rows.Add(row);
            }

            return rows.Count == 0 ? null : [Pack([.. rows.All.Select(row => row[0])])];
        }

        private Tensor Pack(List<Tensor> rows)
        {
            int rank = dataset._row.Length;
            long[] shape = [rows.Count, .. dataset._row.Select(length => System.Math.Max(0, length))];
            int count = 0;
            foreach (Tensor row in rows)
            {
                Fit(row, shape);
                count = checked(count + (int)row.ElementCount);
            }

            Tensor indices = iteration.NewTensor(DType.Int64, [count, rank + 1]), values = Tensor.Zeros(rows[0].DType, [count]);
            int at = 0;
            for (int i = 0; i < rows.Count; i++)
            {
                Elements.Copy(rows[i], 0, values, at, rows[i].ElementCount);
                at = WriteIndices(indices.Span<long>(), at, i, rows[i].Shape);
            }

            Tensor packed = Tensor.Zeros(DType.Variant, [3]);
            (packed.Objects[0], packed.Objects[1], packed.Objects[2]) = (indices, values, Tensor.From<long>(shape));
            return packed;
        }

        private void Fit(Tensor row, long[] shape)
        {
            if (row.Shape.Rank != dataset._row.Length)
            {
                throw Failure.Invalid($"Input element had shape ({row.Shape}) that is incompatible with the row shape ([{string.Join(", ", dataset._row)}]).");
            }

            for (int axis = 0; axis < row.Shape.Rank; axis++)
            {
                if (dataset._row[axis] >= 0 && row.Shape[axis] > dataset._row[axis])
                {
                    throw new EngineException(
                        StatusCode.DataLoss, $"Input element had shape ({row.Shape}) that is larger than the row shape ([{string.Join(", ", dataset._row)}]).");
                }

                shape[axis + 1] = System.Math.Max(shape[axis + 1], row.Shape[axis]);
            }
        }

        private static int WriteIndices(Span<long> target, int at, int number, Shape shape)
        {
            long[] index = new long[shape.Rank];
            for (long i = 0; i < shape.ElementCount; i++, at++)
            {
                Span<long> line = target.Slice(at * (shape.Rank + 1), shape.Rank + 1);
                line[0] = number;
                index.CopyTo(line[1..]);
                for (int axis = shape.Rank - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
                {
                    index[axis] = 0;
                }
            }

            return at;
        }
    }
}
