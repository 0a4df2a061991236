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
        table.Numbers<Running<SumOf>>("Cumsum", TypeSet.Numbers);
        table.Numbers<Running<ProductOf>>("Cumprod", TypeSet.Numbers);
        table.Floats<LogSumExp>("CumulativeLogsumexp", TypeSet.Floats);
    }

    private readonly struct Running<TOp> : INumberKernel
        where TOp : IReduction
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
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
                    Scan(x.Span<T>().Slice(start, slab), y.Span<T>().Slice(start, slab), size, inner, exclusive, reverse);
                }
            };
        }

        // Row by row: each is the one before it, combined with the input there (exclusive: with the input before).
        private static void Scan<T>(ReadOnlySpan<T> x, Span<T> y, int size, int inner, bool exclusive, bool reverse)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int step = 0; step < size; step++)
            {
                int row = reverse ? size - 1 - step : step, before = reverse ? row + 1 : row - 1;
                Span<T> target = y.Slice(row * inner, inner);
                if (step == 0)
                {
                    if (exclusive)
                    {
                        target.Fill(TOp.Identity<T>());
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
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => Running<LogOfSum<T>>.Create<T>(node);
    }

    // log(exp(x) + exp(y)), as if the sum could not overflow. Of nothing it is the lowest number, not −∞: TensorFlow adds such results.
    private readonly struct LogOfSum<TFloat> : IReduction
        where TFloat : unmanaged, IFloatingPointIeee754<TFloat>, IMinMaxValue<TFloat>
    {
        public static T Identity<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.MinValue;

        public static T Of<T>(ReadOnlySpan<T> x)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            Span<T> result = [Identity<T>()];
            for (int i = 0; i < x.Length; i++)
            {
                Accumulate(x.Slice(i, 1), result);
            }

            return result[0];
        }

        public static void Accumulate<T>(ReadOnlySpan<T> x, Span<T> result)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < result.Length; i++)
            {
                TFloat a = TFloat.CreateTruncating(x[i]), b = TFloat.CreateTruncating(result[i]);
                TFloat most = TFloat.Max(a, b), least = TFloat.Min(a, b);
                result[i] = T.CreateTruncating(TFloat.IsInfinity(most) || TFloat.IsNegativeInfinity(least) ? most : most + NearZero.Log1p(TFloat.Exp(least - most)));
            }
        }
    }
}
