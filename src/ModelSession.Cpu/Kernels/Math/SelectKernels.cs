using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>One or the other, by a condition.</summary>
internal static class SelectKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Select>("Select");
        table.Elements<SelectV2>("SelectV2");
    }

    // The condition is a scalar, a vector over the first dimension, or of the same shape.
    private readonly struct Select : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value condition = context.Input(0), x = context.Input(1), y = context.Input(2);
            if (!x.Dimensions.SequenceEqual(y.Dimensions))
            {
                throw Failure.Invalid($"'then' and 'else' must have the same size, but received: {x.Shape} vs. {y.Shape}");
            }

            bool whole = condition.Rank == 0, same = condition.Dimensions.SequenceEqual(x.Dimensions);
            if (!whole && !same && !(condition.Rank == 1 && x.Rank > 0 && condition.Dimensions[0] == x.Dimensions[0]))
            {
                throw Failure.Invalid($"'cond' must be a scalar, a vector of the first dimension, or of the same shape as 'then': {condition.Shape} vs. {x.Shape}");
            }

            ReadOnlySpan<bool> conditions = condition.Span<bool>();
            ReadOnlySpan<T> xs = x.Elements<T>(), ys = y.Elements<T>();
            Span<T> z = context.Allocate(0, x.Dimensions).Elements<T>();
            int length = conditions.Length == 0 ? 0 : z.Length / conditions.Length;
            for (int i = 0; i < conditions.Length && length > 0; i++)
            {
                (conditions[i] ? xs : ys).Slice(i * length, length).CopyTo(z[(i * length)..]);
            }
        };
    }

    private readonly struct SelectV2 : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value condition = context.Input(0), x = context.Input(1), y = context.Input(2);
            int rank = System.Math.Max(condition.Rank, System.Math.Max(x.Rank, y.Rank));
            Span<long> shape = stackalloc long[rank], partial = stackalloc long[System.Math.Max(x.Rank, y.Rank)];
            if (!BroadcastLoop.TryMerge(x.Dimensions, y.Dimensions, partial) || !BroadcastLoop.TryMerge(condition.Dimensions, partial, shape))
            {
                throw Failure.Invalid($"condition {condition.Shape}, then {x.Shape}, and else {y.Shape} must be broadcastable");
            }

            Span<T> z = context.Allocate(0, shape).Elements<T>();
            if (z.IsEmpty)
            {
                return;
            }

            // Each of the three walks the result's shape by itself.
            Span<long> memory = stackalloc long[9 * rank];
            BroadcastLoop a = new(condition.Dimensions, shape, memory[..(3 * rank)]);
            BroadcastLoop b = new(x.Dimensions, shape, memory.Slice(3 * rank, 3 * rank));
            BroadcastLoop c = new(y.Dimensions, shape, memory[(6 * rank)..]);
            context.Workers.ForRange(z.Length, 1 << 14, new Body<T>(condition.Span<bool>(), x.Elements<T>(), y.Elements<T>(), z, a, b, c));
        };

        private readonly ref struct Body<T>(
            ReadOnlySpan<bool> condition, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z, BroadcastLoop a, BroadcastLoop b, BroadcastLoop c) : IRangeBody
        {
            private readonly ReadOnlySpan<bool> _condition = condition;
            private readonly ReadOnlySpan<T> _x = x;
            private readonly ReadOnlySpan<T> _y = y;
            private readonly Span<T> _z = z;
            private readonly BroadcastLoop _a = a;
            private readonly BroadcastLoop _b = b;
            private readonly BroadcastLoop _c = c;

            public void Run(long start, long length)
            {
                bool flat = _condition.Length == _z.Length && _x.Length == _z.Length && _y.Length == _z.Length;
                for (int i = (int)start; i < start + length; i++)
                {
                    _z[i] = flat
                        ? _condition[i] ? _x[i] : _y[i]
                        : _condition[At(_a, i)] ? _x[At(_b, i)] : _y[At(_c, i)];
                }
            }

            private static int At(BroadcastLoop loop, int index)
            {
                (long outer, long inner) = System.Math.DivRem(index, loop.InnerLength);
                return (int)(loop.Start(outer).X + inner * loop.XInnerStep);
            }
        }
    }
}
