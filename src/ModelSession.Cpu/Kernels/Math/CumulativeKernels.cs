using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Running sums and products along an axis.</summary>
internal static class CumulativeKernels
{
    public static void Register(KernelTable table)
    {
        table.Rings<Sums<Running>>("Cumsum", TypeSet.Numbers | TypeSet.Complexes);
        table.Rings<Products<Running>>("Cumprod", TypeSet.Numbers | TypeSet.Complexes);
        table.Floats<LogSumExp>("CumulativeLogsumexp", TypeSet.Floats);
    }

    private readonly struct Running : IReductionKernel
    {
        public static Kernel Create<TOp, T>(GraphOperation node)
            where TOp : IReduction<T>
            where T : unmanaged, INumberBase<T>
        {
            bool exclusive = node.Bool("exclusive"), reverse = node.Bool("reverse");
            return context =>
            {
                Value x = context.Input(0);
                int axis = LayoutKernels.Axis(context.Input(1).IntegerScalar("axis"), x.Rank, "scan axis"), inner = 1;
                foreach (long after in x.Dimensions[(axis + 1)..])
                {
                    inner *= (int)after;
                }

                Value y = context.Allocate(0, x.Dimensions);
                int size = (int)x.Dimensions[axis], slab = size * inner;
                for (int start = 0; start < y.Count; start += slab)
                {
                    Scan<TOp, T>(x.Span<T>().Slice(start, slab), y.Span<T>().Slice(start, slab), size, inner, exclusive, reverse);
                }
            };
        }

        // Row by row: each is the one before it, combined with the input there (exclusive: with the input before).
        private static void Scan<TOp, T>(ReadOnlySpan<T> x, Span<T> y, int size, int inner, bool exclusive, bool reverse)
            where TOp : IReduction<T>
            where T : unmanaged
        {
            for (int step = 0; step < size; step++)
            {
                Interruption.Check();
                int row = reverse ? size - 1 - step : step, before = reverse ? row + 1 : row - 1;
                Span<T> target = y.Slice(row * inner, inner);
                if (step == 0)
                {
                    if (exclusive)
                    {
                        target.Fill(TOp.Identity);
                    }
                    else
                    {
                        x.Slice(row * inner, inner).CopyTo(target);
                    }

                    continue;
                }

                y.Slice(before * inner, inner).CopyTo(target);
                TOp.Accumulate(x.Slice((exclusive ? before : row) * inner, inner), target);
            }
        }
    }

    private readonly struct LogSumExp : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => Running.Create<LogOfSum<T>, T>(node);
    }

    // log(exp(x) + exp(y)), as if the sum could not overflow. Of nothing it is the lowest number, not −∞: TensorFlow adds such results.
    private readonly struct LogOfSum<T> : IReduction<T>
        where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        public static T Identity => T.MinValue;

        public static T Of(ReadOnlySpan<T> x)
        {
            Span<T> result = [Identity];
            for (int i = 0; i < x.Length; i++)
            {
                Accumulate(x.Slice(i, 1), result);
            }

            return result[0];
        }

        public static void Accumulate(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
            {
                T most = T.Max(x[i], result[i]), least = T.Min(x[i], result[i]);
                result[i] = T.IsInfinity(most) || T.IsNegativeInfinity(least) ? most : most + NearZero.Log1p(T.Exp(least - most));
            }
        }
    }
}
