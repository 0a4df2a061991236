using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Equality of byte strings, with broadcasting.</summary>
internal static class StringEquality
{
    public static Kernel Kernel(bool equal) => context =>
    {
        Value x = context.Input(0), y = context.Input(1);
        int rank = System.Math.Max(x.Rank, y.Rank);
        Span<long> shape = stackalloc long[rank];
        if (!BroadcastLoop.TryMerge(x.Dimensions, y.Dimensions, shape))
        {
            throw Failure.Invalid($"Incompatible shapes: {x.Shape} vs. {y.Shape}");
        }

        Span<bool> z = context.Allocate(0, shape).Span<bool>();
        BroadcastLoop loop = new(x.Dimensions, y.Dimensions, stackalloc long[3 * rank]);
        Span<object?> xs = x.Objects, ys = y.Objects;
        for (int i = 0; i < z.Length; i++)
        {
            (long outer, long inner) = System.Math.DivRem(i, loop.InnerLength);
            (long xAt, long yAt) = loop.Start(outer);
            z[i] = Text(xs[(int)(xAt + inner * loop.XInnerStep)]).SequenceEqual(Text(ys[(int)(yAt + inner * loop.YInnerStep)])) == equal;
        }
    };

    private static ReadOnlySpan<byte> Text(object? element) => (byte[]?)element;
}
