using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Values brought between two bounds.</summary>
internal static class ClipKernels
{
    public static void Register(KernelTable table) => table.Numbers<Clip>("ClipByValue", TypeSet.Numbers);

    private readonly struct Clip : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value x = context.Input(0), low = context.Input(1), high = context.Input(2);
                CheckBound(low, x, "clip_value_min");
                CheckBound(high, x, "clip_value_max");
                ReadOnlySpan<T> xs = x.Span<T>(), lows = low.Span<T>(), highs = high.Span<T>();
                Span<T> y = context.Allocate(0, x.Dimensions).Span<T>();
                for (int i = 0; i < y.Length; i++)
                {
                    T floor = lows[lows.Length == 1 ? 0 : i], ceiling = highs[highs.Length == 1 ? 0 : i];
                    T capped = ceiling < xs[i] ? ceiling : xs[i];
                    y[i] = capped < floor ? floor : capped;
                }
            };

        private static void CheckBound(Value bound, Value x, string what)
        {
            if (bound.LongCount != 1 && !bound.Dimensions.SequenceEqual(x.Dimensions))
            {
                throw Failure.Invalid($"{what} must be a scalar or of the same shape as input: {bound.Shape} vs. {x.Shape}");
            }
        }
    }
}
