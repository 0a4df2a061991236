using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Numbers in even steps.</summary>
internal static class SequenceKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<Linear>("LinSpace", TypeSet.Floats);
        table.Numbers<Range>("Range", TypeSet.Numbers, "Tidx");
    }

    private readonly struct Range : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                T start = One<T>(context.Input(0), "start"), limit = One<T>(context.Input(1), "limit"), delta = One<T>(context.Input(2), "delta");
                if (T.IsZero(delta))
                {
                    throw Failure.Invalid($"Requires delta != 0: {delta}");
                }

                if (delta > T.Zero ? start > limit : start < limit)
                {
                    throw Failure.Invalid($"Requires start {(delta > T.Zero ? "<=" : ">=")} limit when delta {(delta > T.Zero ? ">" : "<")} 0: {start}/{limit}");
                }

                Span<T> result = context.Allocate(0, [Count(start, limit, delta)]).Span<T>();
                T value = start;
                for (int i = 0; i < result.Length; i++, value += delta)
                {
                    result[i] = value;
                }
            };

        private static long Count<T>(T start, T limit, T delta)
            where T : INumber<T>
        {
            if (T.One / (T.One + T.One) != T.Zero)
            {
                double count = System.Math.Ceiling(System.Math.Abs((double.CreateTruncating(limit) - double.CreateTruncating(start)) / double.CreateTruncating(delta)));
                return count <= long.MaxValue ? (long)count : throw Failure.Invalid($"Requires ((limit - start) / delta) <= {long.MaxValue}");
            }

            Int128 distance = Int128.Abs(Int128.CreateChecked(limit) - Int128.CreateChecked(start)), step = Int128.Abs(Int128.CreateChecked(delta));
            return (long)((distance + step - 1) / step);
        }
    }

    private readonly struct Linear : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => context =>
            {
                T start = One<T>(context.Input(0), "start"), stop = One<T>(context.Input(1), "stop");
                long count = context.Input(2).IntegerScalar("num");
                if (count <= 0)
                {
                    throw Failure.Invalid($"Requires num > 0: {count}");
                }

                Span<T> result = context.Allocate(0, [count]).Span<T>();
                T step = count > 1 ? (stop - start) / T.CreateChecked(count - 1) : T.Zero;
                for (int i = 0; i < result.Length; i++)
                {
                    result[i] = start + step * T.CreateChecked(i);
                }

                if (count > 1)
                {
                    result[^1] = stop;
                }
            };
    }

    private static T One<T>(Value value, string what)
        where T : unmanaged => value.LongCount == 1
            ? value.Span<T>()[0]
            : throw Failure.Invalid($"{what} must be a scalar, not shape {value.Shape}");
}
