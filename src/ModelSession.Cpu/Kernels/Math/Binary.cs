using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>An operation on two stretches of real numbers.</summary>
internal interface IBinary
{
    static abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}

/// <summary>An operation on two stretches of real or complex numbers.</summary>
internal interface IRingBinary
{
    static abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, INumberBase<T>;
}

/// <summary>An operation on two stretches of floating-point numbers.</summary>
internal interface IFloatBinary
{
    static abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>An operation on two stretches of whole numbers.</summary>
internal interface IIntegerBinary
{
    static abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IBinaryInteger<T>;
}

/// <summary>A relation between two stretches of numbers.</summary>
internal interface IRelation
{
    static abstract void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
        where T : unmanaged, INumber<T>;
}

/// <summary>Kernels of two inputs that broadcast.</summary>
internal static class Binary
{
    /// <summary>z = f(x, y).</summary>
    public static Kernel Kernel<TIn, TOut>(BinarySpan<TIn, TOut> f)
        where TIn : unmanaged
        where TOut : unmanaged => context => Run(context, f);

    public static void Run<TIn, TOut>(KernelContext context, BinarySpan<TIn, TOut> f)
        where TIn : unmanaged
        where TOut : unmanaged
    {
        Value x = context.Input(0), y = context.Input(1);
        WorkerPool workers = context.Workers;
        if (x.Dimensions.SequenceEqual(y.Dimensions))
        {
            Value same = context.Forward(0, 0, 1, x.Dimensions);
            Elementwise.Zip(workers, f, x.Span<TIn>(), y.Span<TIn>(), same.Span<TOut>());
            return;
        }

        int rank = System.Math.Max(x.Rank, y.Rank);
        Span<long> shape = stackalloc long[rank];
        if (!BroadcastLoop.TryMerge(x.Dimensions, y.Dimensions, shape))
        {
            throw Failure.Invalid($"Incompatible shapes: {x.Shape} vs. {y.Shape}");
        }

        Value z = context.Forward(0, 0, 1, shape);
        BroadcastLoop loop = new(x.Dimensions, y.Dimensions, stackalloc long[3 * rank]);
        Elementwise.Broadcast(workers, f, x.Span<TIn>(), y.Span<TIn>(), z.Span<TOut>(), loop);
    }

    /// <summary>A kernel for real numbers.</summary>
    public readonly struct Of<TOp> : INumberKernel
        where TOp : IBinary
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => Kernel<T, T>(TOp.Apply);
    }

    /// <summary>An operation that complex numbers have too, on real ones.</summary>
    public readonly struct Real<TOp> : IBinary
        where TOp : IRingBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => TOp.Apply(x, y, z);
    }

    /// <summary>A kernel for floating-point numbers.</summary>
    public readonly struct OfFloat<TOp> : IFloatKernel
        where TOp : IFloatBinary
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => Kernel<T, T>(TOp.Apply);
    }

    /// <summary>A kernel for whole numbers.</summary>
    public readonly struct OfInteger<TOp> : IIntegerKernel
        where TOp : IIntegerBinary
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => Kernel<T, T>(TOp.Apply);
    }

    /// <summary>A kernel whose result is true or false.</summary>
    public readonly struct OfRelation<TOp> : INumberKernel
        where TOp : IRelation
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => Kernel<T, bool>(TOp.Apply);
    }
}
