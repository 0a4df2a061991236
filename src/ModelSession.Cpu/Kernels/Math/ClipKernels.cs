using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Values brought between two bounds; of complex numbers each part for itself.</summary>
internal static class ClipKernels
{
    public static void Register(KernelTable table) => table.Parts<Clip>("ClipByValue", TypeSet.Numbers | TypeSet.Complexes);

    private readonly struct Clip : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value x = context.Input(0), low = context.Input(1), high = context.Input(2);
                CheckBound(low, x, "clip_value_min");
                CheckBound(high, x, "clip_value_max");
                ReadOnlySpan<T> xs = x.Parts<T>(), lows = low.Parts<T>(), highs = high.Parts<T>();
                Span<T> y = context.Allocate(0, x.Dimensions).Parts<T>();
                // Which part of a scalar bound an element has to do with.
                int part = x.DType.IsComplex() ? 1 : 0;
                for (int i = 0; i < y.Length; i++)
                {
                    T floor = lows[low.LongCount == 1 ? i & part : i], ceiling = highs[high.LongCount == 1 ? i & part : i];
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
