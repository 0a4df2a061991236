using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Reductions over given axes.</summary>
internal static class ReductionKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("All", (node, _) => Logic<SmallestOf<byte>>(node));
        table.Add("Any", (node, _) => Logic<LargestOf<byte>>(node));
        table.Rings<EuclideanNorm>("EuclideanNorm", TypeSet.Numbers | TypeSet.Complexes);
        table.Numbers<Largest<Simple>>("Max", TypeSet.Numbers);
        table.Rings<Mean>("Mean", TypeSet.Numbers | TypeSet.Complexes);
        table.Numbers<Smallest<Simple>>("Min", TypeSet.Numbers);
        table.Rings<Products<Simple>>("Prod", TypeSet.Numbers | TypeSet.Complexes);
        table.Rings<Sums<Simple>>("Sum", TypeSet.Numbers | TypeSet.Complexes);
    }

    /// <summary>Reduces input 0 over the axes in input 1; gives the result's slot and how many elements went into each.</summary>
    private static Value Reduce<TOp, T>(KernelContext context, ReadOnlySpan<T> elements, bool keep, out long perResult)
        where TOp : IReduction<T>
        where T : unmanaged
    {
        Value x = context.Input(0), axes = context.Input(1);
        Span<bool> reduced = stackalloc bool[x.Rank];
        reduced.Clear();
        for (int i = 0; i < axes.Count; i++)
        {
            int axis = LayoutKernels.Axis(axes.Integer(i), x.Rank, "reduction dimension");
            reduced[axis] = !reduced[axis] ? true : throw Failure.Invalid($"Invalid reduction arguments: Axes contains duplicate dimension: {axis}");
        }

        Span<long> shape = stackalloc long[x.Rank];
        int rank = 0;
        perResult = 1;
        for (int i = 0; i < x.Rank; i++)
        {
            perResult *= reduced[i] ? x.Dimensions[i] : 1;
            if (!reduced[i] || keep)
            {
                shape[rank++] = reduced[i] ? 1 : x.Dimensions[i];
            }
        }

        Value result = context.Allocate(0, shape[..rank]);
        Reduction.Run<TOp, T>(context, elements, x.Dimensions, reduced, result.Span<T>());
        return result;
    }

    // True and false as 1 and 0; the smallest of nothing is the largest byte.
    private static Kernel Logic<TOp>(GraphOperation node)
        where TOp : IReduction<byte>
    {
        bool keep = node.Bool("keep_dims");
        return context => Reduce<TOp, byte>(context, context.Input(0).Span<byte>(), keep, out _).Span<byte>().Replace(byte.MaxValue, (byte)1);
    }

    private readonly struct Simple : IReductionKernel
    {
        public static Kernel Create<TOp, T>(GraphOperation node)
            where TOp : IReduction<T>
            where T : unmanaged, INumberBase<T>
        {
            bool keep = node.Bool("keep_dims");
            return context => Reduce<TOp, T>(context, context.Input(0).Span<T>(), keep, out _);
        }
    }

    private readonly struct Mean : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T>
        {
            bool keep = node.Bool("keep_dims");
            return context =>
            {
                Span<T> result = Reduce<SumOf<T>, T>(context, context.Input(0).Span<T>(), keep, out long count).Span<T>();
                T divisor = T.CreateTruncating(count);
                // The mean of nothing is 0 / 0; of whole and of complex numbers TensorFlow says 0.
                if (count == 0 && typeof(T) != typeof(float) && typeof(T) != typeof(double))
                {
                    return;
                }

                for (int i = 0; i < result.Length; i++)
                {
                    result[i] /= divisor;
                }
            };
        }
    }

    private readonly struct EuclideanNorm : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T>
        {
            bool keep = node.Bool("keep_dims");
            return context =>
            {
                ReadOnlySpan<T> x = context.Input(0).Span<T>();
                Span<T> squares = context.Scratch<T>(x.Length);
                for (int i = 0; i < squares.Length; i++)
                {
                    squares[i] = x[i] * Fields.Conjugate(x[i]);
                }

                foreach (ref T value in Reduce<SumOf<T>, T>(context, squares, keep, out _).Span<T>())
                {
                    value = Fields.Sqrt(value);
                }
            };
        }
    }
}
