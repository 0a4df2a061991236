using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Reductions over given axes.</summary>
internal static class ReductionKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("All", (node, _) => Logic<SmallestOf>(node));
        table.Add("Any", (node, _) => Logic<LargestOf>(node));
        table.Numbers<EuclideanNorm>("EuclideanNorm", TypeSet.Numbers);
        table.Numbers<Simple<LargestOf>>("Max", TypeSet.Numbers);
        table.Numbers<Mean>("Mean", TypeSet.Numbers);
        table.Numbers<Simple<SmallestOf>>("Min", TypeSet.Numbers);
        table.Numbers<Simple<ProductOf>>("Prod", TypeSet.Numbers);
        table.Numbers<Simple<SumOf>>("Sum", TypeSet.Numbers);
    }

    /// <summary>Reduces input 0 over the axes in input 1; gives the result's slot and how many elements went into each.</summary>
    private static Value Reduce<TOp, T>(KernelContext context, ReadOnlySpan<T> elements, bool keep, out long perResult)
        where TOp : IReduction
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
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
        where TOp : IReduction
    {
        bool keep = node.Bool("keep_dims");
        return context => Reduce<TOp, byte>(context, context.Input(0).Span<byte>(), keep, out _).Span<byte>().Replace(byte.MaxValue, (byte)1);
    }

    private readonly struct Simple<TOp> : INumberKernel
        where TOp : IReduction
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            bool keep = node.Bool("keep_dims");
            return context => Reduce<TOp, T>(context, context.Input(0).Span<T>(), keep, out _);
        }
    }

    private readonly struct Mean : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            bool keep = node.Bool("keep_dims");
            return context =>
            {
                Span<T> result = Reduce<SumOf, T>(context, context.Input(0).Span<T>(), keep, out long count).Span<T>();
                T divisor = T.CreateTruncating(count);
                if (count == 0 && T.One / (T.One + T.One) == T.Zero)
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

    private readonly struct EuclideanNorm : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            bool keep = node.Bool("keep_dims");
            return context =>
            {
                ReadOnlySpan<T> x = context.Input(0).Span<T>();
                Span<T> squares = context.Scratch<T>(x.Length);
                TensorPrimitives.Multiply(x, x, squares);
                foreach (ref T value in Reduce<SumOf, T>(context, squares, keep, out _).Span<T>())
                {
                    value = typeof(T) == typeof(float)
                        ? T.CreateTruncating(MathF.Sqrt(float.CreateTruncating(value)))
                        : T.CreateTruncating(System.Math.Sqrt(double.CreateTruncating(value)));
                }
            };
        }
    }
}
