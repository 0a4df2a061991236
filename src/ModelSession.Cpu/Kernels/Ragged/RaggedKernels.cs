using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Kernels.Sparse;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Ragged;

/// <summary>Ragged tensors: values, and for each ragged dimension where its rows begin.</summary>
internal static class RaggedKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Gather>("RaggedGather", "Tvalues");
        table.Elements<ToSparse>("RaggedTensorToSparse");
        table.Numbers<Range>("RaggedRange", TypeSet.Wide | TypeSet.Indices);
    }

    /// <summary>Where the rows of a ragged dimension begin, and where the last one ends.</summary>
    /// <exception cref="EngineException">They do not ascend from 0 to the number of values.</exception>
    public static long[] Splits(Value value, long end)
    {
        if (value.Rank != 1 || value.LongCount == 0)
        {
            throw Failure.Invalid($"Row splits are a vector of at least one number, not of shape {value.Shape}.");
        }

        long[] splits = new long[value.Count];
        value.CopyIntegers(splits);
        for (int i = 0; i < splits.Length; i++)
        {
            if (i == 0 ? splits[0] != 0 : splits[i] < splits[i - 1])
            {
                throw Failure.Invalid($"Row splits must begin with 0 and never descend; number {i} is {splits[i]}.");
            }
        }

        return end < 0 || splits[^1] == end ? splits : throw Failure.Invalid($"The last row split is {splits[^1]}; there are {end} values.");
    }

    // The splits of all ragged dimensions; each ends at the number of the next one's rows.
    private static long[][] AllSplits(KernelContext context, int count, Value values)
    {
        long[][] splits = new long[count][];
        long rows = values.Rank > 0 ? values.Dimensions[0] : throw Failure.Invalid("The values of a ragged tensor have at least one dimension.");
        for (int d = count - 1; d >= 0; d--)
        {
            splits[d] = Splits(context.Input(d), rows);
            rows = splits[d].Length - 1;
        }

        return splits;
    }

    private static void WriteSplits(KernelContext context, int output, List<long> splits)
    {
        Value target = context.Allocate(output, [splits.Count]);
        for (int i = 0; i < splits.Count; i++)
        {
            ShapeKernels.WriteInteger(target, i, splits[i]);
        }
    }

    private readonly struct Gather : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            int rank = (int)node.Int("PARAMS_RAGGED_RANK");
            return context =>
            {
                Value values = context.Input(rank), indices = context.Input(rank + 1);
                if (rank == 0 || indices.Rank == 0)
                {
                    throw Failure.Invalid("params must be ragged and indices have at least one dimension.");
                }

                long[][] splits = AllSplits(context, rank, values);
                List<long>[] result = new List<long>[indices.Rank - 1 + rank];
                AddUniform(result, indices);
                for (int d = 0; d < rank; d++)
                {
                    result[indices.Rank - 1 + d] = [0];
                }

                List<(long Start, long End)> parts = [];
                long rows = splits[0].Length - 1;
                for (int i = 0; i < indices.Count; i++)
                {
                    Interruption.Check();
                    long index = indices.Integer(i);
                    parts.Add((ulong)index < (ulong)rows
                        ? Part(splits, result.AsSpan(indices.Rank - 1), index)
                        : throw Failure.Invalid($"indices[{i}] = {index} is not in [0, {rows})"));
                }

                for (int d = 0; d < result.Length; d++)
                {
                    WriteSplits(context, d, result[d]);
                }

                Copy<T>(context, result.Length, values, parts);
            };
        }

        // The dimensions of the indices after the first have rows of one length.
        private static void AddUniform(List<long>[] result, Value indices)
        {
            long rows = 1;
            for (int d = 0; d < indices.Rank - 1; d++)
            {
                rows *= indices.Dimensions[d];
                long length = indices.Dimensions[d + 1];
                result[d] = [.. Enumerable.Range(0, (int)rows + 1).Select(row => row * length)];
            }
        }

        private static (long Start, long End) Part(long[][] splits, Span<List<long>> result, long index)
        {
            (long start, long end) = (index, index + 1);
            for (int d = 0; d < splits.Length; d++)
            {
                for (long row = start; row < end; row++)
                {
                    Interruption.Check();
                    result[d].Add(result[d][^1] + splits[d][row + 1] - splits[d][row]);
                }

                (start, end) = (splits[d][start], splits[d][end]);
            }

            return (start, end);
        }

        private static void Copy<T>(KernelContext context, int output, Value values, List<(long Start, long End)> parts)
        {
            long[] shape = values.Dimensions.ToArray();
            shape[0] = parts.Sum(part => part.End - part.Start);
            Span<T> result = context.Allocate(output, shape).Elements<T>();
            int row = (int)new Shape(shape.AsSpan(1)).ElementCount, to = 0;
            foreach ((long start, long end) in parts)
            {
                ReadOnlySpan<T> part = values.Elements<T>().Slice((int)start * row, (int)(end - start) * row);
                part.CopyTo(result[to..]);
                to += part.Length;
            }
        }
    }

    private readonly struct ToSparse : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            int rank = (int)node.Int("RAGGED_RANK");
            return context =>
            {
                Value values = context.Input(rank);
                long[][] splits = AllSplits(context, rank, values);
                long[] shape = [splits[0].Length - 1, .. splits.Select(Longest), .. values.Dimensions[1..]];
                int inner = (int)new Shape(values.Dimensions[1..]).ElementCount;
                Span<long> indices = context.Allocate(0, [values.Count, shape.Length]).Span<long>();
                long[] row = new long[rank];
                for (int i = 0; i < values.Count; i++)
                {
                    Interruption.Check();
                    Span<long> index = indices.Slice(i * shape.Length, shape.Length);
                    Place(splits, i / inner, index);
                    long rest = i % inner;
                    for (int axis = shape.Length - 1; axis > rank; axis--)
                    {
                        (rest, index[axis]) = System.Math.DivRem(rest, shape[axis]);
                    }
                }

                values.Elements<T>().CopyTo(context.Allocate(1, [values.Count]).Elements<T>());
                SparseIndices.WriteShape(context, 2, shape);
            };
        }

        private static long Longest(long[] splits) => splits.Length < 2 ? 0 : Enumerable.Range(1, splits.Length - 1).Max(i => splits[i] - splits[i - 1]);

        private static void Place(long[][] splits, long at, Span<long> index)
        {
            for (int d = splits.Length - 1; d >= 0; d--)
            {
                int row = System.Array.BinarySearch(splits[d], at);
                row = row < 0 ? ~row - 1 : row;
                while (splits[d][row + 1] == at)
                {
                    row++;
                }

                (index[d + 1], at) = (at - splits[d][row], row);
            }

            index[0] = at;
        }
    }

    private readonly struct Range : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value starts = context.Input(0), limits = context.Input(1), steps = context.Input(2);
                int rows = 1;
                foreach (Value value in (ReadOnlySpan<Value>)[starts, limits, steps])
                {
                    rows = value.Rank switch
                    {
                        0 => rows,
                        1 when rows == 1 || rows == value.Count || value == starts => value.Count,
                        _ => throw Failure.Invalid($"starts {starts.Shape}, limits {limits.Shape} and deltas {steps.Shape} must be scalars or vectors of one length"),
                    };
                }

                List<long> splits = [0];
                List<T> numbers = [];
                for (int row = 0; row < rows; row++)
                {
                    Interruption.Check();
                    Add(At<T>(starts, row), At<T>(limits, row), At<T>(steps, row), numbers);
                    splits.Add(numbers.Count);
                }

                WriteSplits(context, 0, splits);
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(numbers).CopyTo(context.Allocate(1, [numbers.Count]).Span<T>());
            };

        private static T At<T>(Value value, int row)
            where T : unmanaged => value.Span<T>()[value.Rank == 0 ? 0 : row];

        private static void Add<T>(T start, T limit, T step, List<T> numbers)
            where T : INumber<T>
        {
            if (step == T.Zero)
            {
                throw Failure.Invalid("Requires delta != 0");
            }

            double count = System.Math.Max(System.Math.Ceiling((double.CreateTruncating(limit) - double.CreateTruncating(start)) / double.CreateTruncating(step)), 0);
            if (!(count + numbers.Count < int.MaxValue))
            {
                throw Failure.Invalid($"A range from {start} to {limit} in steps of {step} has too many numbers.");
            }

            T number = start;
            for (int i = 0; i < count; i++, number += step)
            {
                numbers.Add(number);
            }
        }
    }
}
