using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Sparse;

/// <summary>An element for each row of a sparse or ragged tensor that has none.</summary>
internal static class EmptyRowKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<FillRagged>("RaggedFillEmptyRows");
        table.Elements<FillSparse>("SparseFillEmptyRows");
        table.Rings<Gradient>("RaggedFillEmptyRowsGrad", TypeSet.Numbers | TypeSet.Complexes);
        table.Rings<Gradient>("SparseFillEmptyRowsGrad", TypeSet.Numbers | TypeSet.Complexes);
    }

    private readonly struct FillSparse : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value indices = context.Input(0), shape = context.Input(2);
            if (shape.Rank != 1 || shape.LongCount == 0 || indices.Rank != 2 || indices.Dimensions[1] != shape.LongCount)
            {
                throw Failure.Invalid($"indices {indices.Shape} and a dense_shape of {shape.Shape} are of no sparse tensor with rows");
            }

            int rank = (int)indices.Dimensions[1];
            long rows = shape.Span<long>()[0];
            long[] source = indices.Span<long>().ToArray();
            Fill<T>(context, rows, i => source[i * rank], "indices");
            Span<long> result = context.Allocate(0, [context.Output(1).Count, rank]).Span<long>();
            result.Clear();
            ReadOnlySpan<long> map = context.Output(3).Span<long>();
            ReadOnlySpan<bool> empty = context.Output(2).Span<bool>();
            for (int i = 0; i < map.Length; i++)
            {
                source.AsSpan(i * rank, rank).CopyTo(result[(int)(map[i] * rank)..]);
            }

            PutEmptyRows(result, rank, empty, source, map.Length);
        };
    }

    private readonly struct FillRagged : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value rowIds = context.Input(0);
            long rows = context.Input(2).IntegerScalar("nrows");
            if (rowIds.Rank != 1)
            {
                throw Failure.Invalid($"value_rowids must be a vector, saw: {rowIds.Shape}");
            }

            long[] source = rowIds.Span<long>().ToArray();
            Fill<T>(context, rows, i => source[i], "value_rowids");
            Span<long> result = context.Allocate(0, [context.Output(1).Count]).Span<long>();
            ReadOnlySpan<long> map = context.Output(3).Span<long>();
            for (int i = 0; i < map.Length; i++)
            {
                result[(int)map[i]] = source[i];
            }

            PutEmptyRows(result, 1, context.Output(2).Span<bool>(), source, map.Length);
        };
    }

    // Values, which rows are empty, and where each element went: outputs 1 to 3.
    private static void Fill<T>(KernelContext context, long rows, Func<int, long> rowOf, string what)
    {
        Value values = context.Input(1), filling = context.Input(3);
        int count = (int)context.Input(0).Dimensions[0];
        if (filling.Rank != 0)
        {
            throw Failure.Invalid($"default_value must be a scalar, saw: {filling.Shape}");
        }

        if (values.Rank != 1 || values.LongCount != count)
        {
            throw Failure.Invalid($"The length of `values` ({values.Shape}) must match the first dimension of `{what}` ({count}).");
        }

        if (rows < 0 || (rows == 0 && count > 0))
        {
            throw Failure.Invalid($"Received a tensor with {rows} rows but {count} elements");
        }

        Span<bool> empty = context.Allocate(2, [rows]).Span<bool>();
        empty.Fill(true);
        int[] next = new int[rows + 1];
        for (int i = 0; i < count; i++)
        {
            Interruption.Check();
            long row = rowOf(i);
            if ((ulong)row >= (ulong)rows)
            {
                throw Failure.Invalid($"{what}({i}, 0) is invalid: {row} >= {rows}");
            }

            empty[(int)row] = false;
            next[row + 1]++;
        }

        for (int row = 0; row < rows; row++)
        {
            next[row + 1] = System.Math.Max(next[row + 1], 1) + next[row];
        }

        Span<T> result = context.Allocate(1, [next[rows]]).Elements<T>();
        Span<long> map = context.Allocate(3, [count]).Span<long>();
        result.Fill(filling.Elements<T>()[0]);
        for (int i = 0; i < count; i++)
        {
            int to = next[rowOf(i)]++;
            result[to] = values.Elements<T>()[i];
            map[i] = to;
        }
    }

    private static void PutEmptyRows(Span<long> result, int rank, ReadOnlySpan<bool> empty, long[] source, int count)
    {
        int[] sizes = new int[empty.Length];
        for (int i = 0; i < count; i++)
        {
            sizes[source[i * rank]]++;
        }

        for (int row = 0, at = 0; row < empty.Length; at += System.Math.Max(sizes[row++], 1))
        {
            if (empty[row])
            {
                result[at * rank] = row;
            }
        }
    }

    private readonly struct Gradient : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => context =>
            {
                Value map = context.Input(0), gradients = context.Input(1);
                if (map.Rank != 1 || gradients.Rank != 1)
                {
                    throw Failure.Invalid($"reverse_index_map and grad_values must be vectors, saw: {map.Shape} and {gradients.Shape}");
                }

                ReadOnlySpan<T> source = gradients.Span<T>();
                Span<T> result = context.Allocate(0, map.Dimensions).Span<T>();
                bool[] taken = new bool[source.Length];
                for (int i = 0; i < result.Length; i++)
                {
                    long at = map.Span<long>()[i];
                    result[i] = (ulong)at < (ulong)source.Length
                        ? source[(int)at]
                        : throw Failure.Invalid($"Elements in reverse index must be in [0, {source.Length}) but got {at}");
                    taken[at] = true;
                }

                T rest = T.Zero;
                for (int i = 0; i < source.Length; i++)
                {
                    rest += taken[i] ? T.Zero : source[i];
                }

                context.Allocate(1, []).Span<T>()[0] = rest;
            };
    }
}
