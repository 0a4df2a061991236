using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Sparse;

/// <summary>Sums and extremes of two sparse tensors, element by element.</summary>
internal static class SparseSumKernels
{
    public static void Register(KernelTable table)
    {
        TypeSet added = TypeSet.Of(DType.Float32, DType.Float64, DType.Int8, DType.Int16, DType.Int32, DType.Int64) | TypeSet.Complexes;
        table.Rings<Add>("SparseAdd", added);
        table.Rings<AddGradient>("SparseAddGrad", added);
        table.Numbers<Extreme<Largest>>("SparseSparseMaximum", TypeSet.Numbers);
        table.Numbers<Extreme<Smallest>>("SparseSparseMinimum", TypeSet.Numbers);
    }

    private interface IChoice
    {
        static abstract T Of<T>(T x, T y)
            where T : INumber<T>;
    }

    /// <summary>Calls for each place that either has: with the elements' numbers, −1 where there is none.</summary>
    private static void Merge(SparseIndices a, SparseIndices b, Action<int, int> visit)
    {
        int i = 0, j = 0;
        while (i < a.Count || j < b.Count)
        {
            int sign = i == a.Count ? 1 : j == b.Count ? -1 : a[i].SequenceCompareTo(b[j]);
            visit(sign <= 0 ? i : -1, sign >= 0 ? j : -1);
            i += sign <= 0 ? 1 : 0;
            j += sign >= 0 ? 1 : 0;
        }
    }

    private static (SparseIndices A, SparseIndices B) Operands(KernelContext context)
    {
        SparseIndices a = SparseIndices.Of(context, 0, 1, 2), b = SparseIndices.Of(context, 3, 4, 5);
        if (a.Rank != b.Rank)
        {
            throw Failure.Invalid($"Input indices must have the same dimension, got {a.Rank} and {b.Rank}");
        }

        for (int axis = 0; axis < a.Rank; axis++)
        {
            _ = a.Shape[axis] == b.Shape[axis] ? 0 : throw Failure.Invalid($"Operands' shapes do not match: got {a.Shape[axis]} and {b.Shape[axis]} for dimension {axis}");
        }

        return (a, b);
    }

    private static void Write<T>(KernelContext context, SparseIndices a, SparseIndices b, List<(int A, int B)> places, List<T> values)
        where T : unmanaged
    {
        Span<long> rows = context.Allocate(0, [places.Count, a.Rank]).Span<long>();
        for (int i = 0; i < places.Count; i++)
        {
            (places[i].A >= 0 ? a[places[i].A] : b[places[i].B]).CopyTo(rows[(i * a.Rank)..]);
        }

        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values).CopyTo(context.Allocate(1, [values.Count]).Span<T>());
    }

    // Sums of two below the threshold are left out.
    private readonly struct Add : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => context =>
            {
                (SparseIndices a, SparseIndices b) = Operands(context);
                Value limit = context.Input(6);
                double threshold = limit.Rank != 0
                    ? throw Failure.Invalid($"The magnitude threshold must be a scalar: got shape {limit.Shape}")
                    : limit.DType switch { DType.Float32 => limit.Scalar<float>(), DType.Float64 => limit.Scalar<double>(), _ => limit.Integer(0) };
                List<(int, int)> places = [];
                List<T> sums = [];
                Value x = context.Input(1), y = context.Input(4);
                Merge(a, b, (i, j) =>
                {
                    T sum = (i >= 0 ? x.Span<T>()[i] : T.Zero) + (j >= 0 ? y.Span<T>()[j] : T.Zero);
                    if (i < 0 || j < 0 || threshold <= double.CreateTruncating(T.Abs(sum)))
                    {
                        places.Add((i, j));
                        sums.Add(sum);
                    }
                });
                Write(context, a, b, places, sums);
                SparseIndices.WriteShape(context, 2, a.Shape);
            };
    }

    private readonly struct AddGradient : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => context =>
            {
                Value gradients = context.Input(0);
                SparseIndices a = SparseIndices.Of(context, 1), b = SparseIndices.Of(context, 2), sum = SparseIndices.Of(context, 3);
                if (gradients.Rank != 1 || gradients.LongCount != sum.Count || a.Rank != b.Rank || a.Rank != sum.Rank)
                {
                    throw Failure.Invalid($"The gradient {gradients.Shape} does not fit sums at {sum.Count} places, with indices of {a.Rank}, {b.Rank} and {sum.Rank} numbers.");
                }

                Pass(a, sum, gradients.Span<T>(), context.Allocate(0, [a.Count]).Span<T>());
                Pass(b, sum, gradients.Span<T>(), context.Allocate(1, [b.Count]).Span<T>());
            };

        private static void Pass<T>(SparseIndices from, SparseIndices sum, ReadOnlySpan<T> gradients, Span<T> result)
            where T : unmanaged
        {
            result.Clear();
            for (int i = 0, k = 0; i < from.Count && k < sum.Count;)
            {
                int sign = from[i].SequenceCompareTo(sum[k]);
                if (sign == 0)
                {
                    result[i] = gradients[k];
                }

                i += sign <= 0 ? 1 : 0;
                k += sign > 0 ? 1 : 0;
            }
        }
    }

    private readonly struct Extreme<TChoice> : INumberKernel
        where TChoice : IChoice
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                (SparseIndices a, SparseIndices b) = Operands(context);
                List<(int, int)> places = [];
                List<T> values = [];
                Value x = context.Input(1), y = context.Input(4);
                Merge(a, b, (i, j) =>
                {
                    places.Add((i, j));
                    values.Add(TChoice.Of(i >= 0 ? x.Span<T>()[i] : T.Zero, j >= 0 ? y.Span<T>()[j] : T.Zero));
                });
                Write(context, a, b, places, values);
            };
    }

    // As std::max and std::min: the first where neither is more.
    private readonly struct Largest : IChoice
    {
        public static T Of<T>(T x, T y)
            where T : INumber<T> => x < y ? y : x;
    }

    private readonly struct Smallest : IChoice
    {
        public static T Of<T>(T x, T y)
            where T : INumber<T> => y < x ? y : x;
    }
}
