using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Ragged;

/// <summary>Ragged tensors written out, short rows filled up.</summary>
internal static class RaggedToTensorKernels
{
    public static void Register(KernelTable table) => table.Elements<ToTensor>("RaggedTensorToTensor");

    private readonly struct ToTensor : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            string[] types = [.. node.Strings("row_partition_types")];
            return context =>
            {
                Value values = context.Input(1), missing = context.Input(2);
                if (values.Rank == 0)
                {
                    throw Failure.Invalid("values must have at least one dimension.");
                }

                int[][] parents = Partitions(context, types, out long rows);
                long[] shape = Shape(context.Input(0), parents, rows, values);
                int inner = (int)new Shape(values.Dimensions[1..]).ElementCount;
                int[] places = Places(parents, rows, shape);
                if (places.Length != values.Dimensions[0])
                {
                    throw Failure.Invalid($"The row partitions are of {places.Length} values; there are {values.Dimensions[0]}.");
                }

                Span<T> result = context.Allocate(0, shape).Elements<T>();
                Fill(result, missing, values.Dimensions[1..]);
                for (int i = 0; i < places.Length; i++)
                {
                    if (places[i] >= 0)
                    {
                        values.Elements<T>().Slice(i * inner, inner).CopyTo(result[(places[i] * inner)..]);
                    }
                }
            };
        }

        // For each ragged dimension the row that each part belongs to.
        private static int[][] Partitions(KernelContext context, string[] types, out long rows)
        {
            if (types.Length == 0 || (types[0] == "FIRST_DIM_SIZE" && types.Length == 1))
            {
                throw Failure.Invalid("RaggedTensorToTensor needs row partitions.");
            }

            bool sized = types[0] == "FIRST_DIM_SIZE";
            rows = sized ? context.Input(3).IntegerScalar("the first dimension's size") : -1;
            List<int[]> parents = [];
            for (int i = sized ? 1 : 0; i < types.Length; i++)
            {
                Value partition = context.Input(3 + i);
                switch (types[i])
                {
                    case "ROW_SPLITS":
                        long[] splits = RaggedKernels.Splits(partition, -1);
                        rows = parents.Count == 0 && rows < 0 ? splits.Length - 1 : rows;
                        parents.Add(ParentsOf(splits));
                        break;
                    case "VALUE_ROWIDS":
                        parents.Add(Ids(partition));
                        break;
                    default:
                        throw Failure.Invalid($"Unsupported row partition type {types[i]}");
                }
            }

            return rows >= 0 ? [.. parents] : throw Failure.Invalid("Cannot handle VALUE_ROWIDS in the first dimension without FIRST_DIM_SIZE.");
        }

        private static int[] ParentsOf(long[] splits)
        {
            int[] parents = new int[splits[^1]];
            for (int row = 0; row < splits.Length - 1; row++)
            {
                parents.AsSpan((int)splits[row], (int)(splits[row + 1] - splits[row])).Fill(row);
            }

            return parents;
        }

        private static int[] Ids(Value partition)
        {
            int[] ids = new int[partition.Count];
            for (int i = 0; i < ids.Length; i++)
            {
                long id = partition.Integer(i);
                ids[i] = id >= 0 && id <= int.MaxValue && (i == 0 || id >= ids[i - 1]) ? (int)id : throw Failure.Invalid($"value_rowids must be sorted and not negative; number {i} is {id}.");
            }

            return ids;
        }

        private static long[] Shape(Value given, int[][] parents, long rows, Value values)
        {
            int ragged = parents.Length + 1, rank = ragged + values.Rank - 1;
            long[] shape = [rows, .. parents.Select(Longest), .. values.Dimensions[1..]];
            if (given.Rank == 0)
            {
                return given.Integer(0) == -1 ? shape : throw Failure.Invalid("A scalar shape must be -1: unknown.");
            }

            if (given.Rank != 1 || given.LongCount != rank)
            {
                throw Failure.Invalid($"A shape of {given.Shape} does not fit a result of {rank} dimensions.");
            }

            for (int axis = 0; axis < rank; axis++)
            {
                long size = given.Integer(axis);
                if (size < -1 || (size >= 0 && axis >= ragged && size != shape[axis]))
                {
                    throw Failure.Invalid($"The shape has the size {size} in dimension {axis}; the values have {shape[axis]}.");
                }

                shape[axis] = size >= 0 ? size : shape[axis];
            }

            return shape;
        }

        private static long Longest(int[] parents)
        {
            long longest = 0;
            for (int i = 0, start = 0; i < parents.Length; i++)
            {
                Interruption.Check();
                start = parents[i] == parents[start] ? start : i;
                longest = System.Math.Max(longest, i - start + 1);
            }

            return longest;
        }

        // Where each value goes among the rows of values; −1 if it is cut off.
        private static int[] Places(int[][] parents, long rows, long[] shape)
        {
            int[] places = [.. Enumerable.Range(0, (int)rows).Select(row => row < shape[0] ? row : -1)];
            for (int d = 0; d < parents.Length; d++)
            {
                int[] next = new int[parents[d].Length];
                for (int i = 0, start = 0; i < next.Length; i++)
                {
                    int parent = parents[d][i];
                    start = parent == parents[d][start] ? start : i;
                    if (parent >= places.Length)
                    {
                        throw Failure.Invalid($"A row partition names row {parent}; there are {places.Length} rows.");
                    }

                    next[i] = places[parent] >= 0 && i - start < shape[d + 1] ? checked((int)((places[parent] * shape[d + 1]) + i - start)) : -1;
                }

                places = next;
            }

            return places;
        }

        // The missing value is stretched to a row of values.
        private static void Fill<T>(Span<T> result, Value missing, ReadOnlySpan<long> row)
        {
            int outer = row.Length - missing.Rank, size = (int)new Shape(row).ElementCount;
            for (int axis = 0; axis < missing.Rank; axis++)
            {
                if (outer < 0 || (missing.Dimensions[axis] != 1 && missing.Dimensions[axis] != row[outer + axis]))
                {
                    throw Failure.Invalid($"default_value {missing.Shape} does not broadcast to a value's shape {new Shape(row)}.");
                }
            }

            ReadOnlySpan<T> source = missing.Elements<T>();
            for (int i = 0; i < result.Length; i++)
            {
                long rest = i % size, at = 0, step = 1;
                for (int axis = missing.Rank - 1; axis >= 0; axis--)
                {
                    (rest, long index) = System.Math.DivRem(rest, row[outer + axis]);
                    at += missing.Dimensions[axis] == 1 ? 0 : index * step;
                    step *= missing.Dimensions[axis];
                }

                result[i] = source[(int)at];
            }
        }
    }
}
