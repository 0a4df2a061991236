using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Sparse;

/// <summary>Sums, extremes and softmax over the elements that a sparse tensor has.</summary>
internal static class SparseReductionKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<Softmax>("SparseSoftmax", TypeSet.Wide | TypeSet.Of(DType.Float16));
        table.Numbers<LargestDense>("SparseReduceMax", TypeSet.Numbers);
        table.Numbers<LargestSparse>("SparseReduceMaxSparse", TypeSet.Numbers);
        table.Rings<SumDense>("SparseReduceSum", TypeSet.Numbers | TypeSet.Complexes);
        table.Rings<SumSparse>("SparseReduceSumSparse", TypeSet.Numbers | TypeSet.Complexes);
    }

    private readonly struct LargestDense : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => ToDense<T>(node, T.Max);
    }

    private readonly struct LargestSparse : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => ToSparse<T>(node, T.Max);
    }

    private readonly struct SumDense : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => ToDense<T>(node, (x, y) => x + y);
    }

    private readonly struct SumSparse : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => ToSparse<T>(node, (x, y) => x + y);
    }

    // Which dimensions stay.
    private static bool[] Kept(KernelContext context, int rank)
    {
        Value axes = context.Input(3);
        bool[] kept = new bool[rank];
        System.Array.Fill(kept, true);
        for (int i = 0; i < axes.Count; i++)
        {
            long axis = axes.Integer(i);
            kept[axis >= -rank && axis < rank ? (axis + rank) % rank : throw Failure.Invalid($"Invalid reduction dimension {axis}, for input with {rank} dimensions.")] = false;
        }

        return kept;
    }

    private static long[] Shape(long[] sizes, bool[] kept, bool keepDimensions) =>
        [.. sizes.Select((size, axis) => kept[axis] ? size : 1).Where((_, axis) => kept[axis] || keepDimensions)];

    private static Kernel ToDense<T>(GraphOperation node, Func<T, T, T> reduce)
        where T : unmanaged
    {
        bool keepDimensions = node.Bool("keep_dims");
        return context =>
        {
            SparseIndices source = SparseIndices.Of(context, 0, 1, 2);
            bool[] kept = Kept(context, source.Rank);
            long[] sizes = Shape(source.Shape, kept, keepDimensions: true), steps = new long[sizes.Length];
            Value result = context.Allocate(0, Shape(source.Shape, kept, keepDimensions));
            StridedCopy.RowMajor(sizes, steps);
            Span<T> elements = result.Span<T>();
            elements.Clear();
            HashSet<int> seen = [];
            ReadOnlySpan<T> values = context.Input(1).Span<T>();
            for (int i = 0; i < values.Length; i++)
            {
                Interruption.Check();
                int place = Place(source[i], sizes, steps, kept);
                elements[place] = seen.Add(place) ? values[i] : reduce(elements[place], values[i]);
            }
        };
    }

    private static int Place(ReadOnlySpan<long> index, long[] sizes, long[] steps, bool[] kept)
    {
        long place = 0;
        for (int axis = 0; axis < kept.Length; axis++)
        {
            if (kept[axis])
            {
                place += (ulong)index[axis] < (ulong)sizes[axis]
                    ? index[axis] * steps[axis]
                    : throw new EngineException(StatusCode.Internal, $"Obtained a write index of {index[axis]} which is outside of bounds of [0, {sizes[axis]})");
            }
        }

        return (int)place;
    }

    private static Kernel ToSparse<T>(GraphOperation node, Func<T, T, T> reduce)
        where T : unmanaged
    {
        bool keepDimensions = node.Bool("keep_dims");
        return context =>
        {
            SparseIndices source = SparseIndices.Of(context, 0, 1, 2);
            bool[] kept = Kept(context, source.Rank);
            long[] shape = Shape(source.Shape, kept, keepDimensions);
            SortedDictionary<long[], T> groups = new(Comparer<long[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)));
            Value values = context.Input(1);
            foreach (int i in source.Sorted())
            {
                long[] row = source[i].ToArray();
                long[] key = [.. row.Select((at, axis) => kept[axis] ? at : 0).Where((_, axis) => kept[axis] || keepDimensions)];
                groups[key] = groups.TryGetValue(key, out T known) ? reduce(known, values.Span<T>()[i]) : values.Span<T>()[i];
            }

            SparseIndices.Write(context, 0, shape.Length, [.. groups.Keys.SelectMany(key => key)], groups.Count);
            Span<T> result = context.Allocate(1, [groups.Count]).Span<T>();
            int to = 0;
            foreach (T value in groups.Values)
            {
                result[to++] = value;
            }

            SparseIndices.WriteShape(context, 2, shape);
        };
    }

    // Over the last dimension; results stand in the order of their places.
    private readonly struct Softmax : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => context =>
            {
                SparseIndices source = SparseIndices.Of(context, 0, 1, 2);
                if (source.Rank < 2)
                {
                    throw Failure.Invalid($"Input should have rank >= 2, but received shape: [{string.Join(',', source.Shape)}]");
                }

                ReadOnlySpan<T> values = context.Input(1).Span<T>();
                Span<T> result = context.Allocate(0, [source.Count]).Span<T>();
                int[] order = source.Sorted();
                for (int start = 0, end = 0; start < order.Length; start = end)
                {
                    ReadOnlySpan<long> group = source[order[start]][..^1];
                    while (end < order.Length && source[order[end]][..^1].SequenceEqual(group))
                    {
                        result[end] = values[order[end]];
                        end++;
                    }

                    Normalize(result[start..end]);
                }
            };

        private static void Normalize<T>(Span<T> x)
            where T : IFloatingPointIeee754<T>
        {
            T largest = x[0], sum = T.Zero;
            foreach (T item in x)
            {
                largest = T.Max(largest, item);
            }

            foreach (ref T item in x)
            {
                item = T.Exp(item - largest);
                sum += item;
            }

            foreach (ref T item in x)
            {
                item /= sum;
            }
        }
    }
}
