using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>An operation on a stretch of real numbers.</summary>
internal interface IUnary
{
    static abstract void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}

/// <summary>An operation on a stretch of floating-point numbers.</summary>
internal interface IFloatUnary
{
    static abstract void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>A property of floating-point numbers.</summary>
internal interface IFloatTest
{
    static abstract void Apply<T>(ReadOnlySpan<T> x, Span<bool> y)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>Kernels of one input, element by element.</summary>
internal static class Unary
{
    /// <summary>y = f(x).</summary>
    public static Kernel Kernel<TIn, TOut>(UnarySpan<TIn, TOut> f)
        where TIn : unmanaged
        where TOut : unmanaged => context =>
        {
            Value x = context.Input(0);
            Value y = context.Forward(0, 0);
            Elementwise.Map(context.Workers, f, x.Span<TIn>(), y.Span<TOut>());
        };

    /// <summary>z = f(x, y), for two inputs of the same shape: gradients of functions.</summary>
    public static Kernel Kernel<T>(BinarySpan<T, T> f)
        where T : unmanaged => context =>
        {
            Value x = context.Input(0), y = context.Input(1);
            if (!x.Dimensions.SequenceEqual(y.Dimensions))
            {
                throw Failure.Invalid($"Inputs must be the same size and shape: {x.Shape} vs. {y.Shape}");
            }

            Value z = context.Forward(0, 0, 1, x.Dimensions);
            Elementwise.Zip(context.Workers, f, x.Span<T>(), y.Span<T>(), z.Span<T>());
        };

    /// <summary>A kernel for real numbers.</summary>
    public readonly struct Of<TOp> : INumberKernel
        where TOp : IUnary
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => Kernel<T, T>(TOp.Apply);
    }

    /// <summary>A kernel for floating-point numbers.</summary>
    public readonly struct OfFloat<TOp> : IFloatKernel
        where TOp : IFloatUnary
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => Kernel<T, T>(TOp.Apply);
    }

    /// <summary>A kernel whose result is true or false.</summary>
    public readonly struct OfTest<TOp> : IFloatKernel
        where TOp : IFloatTest
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => Kernel<T, bool>(TOp.Apply);
    }

    /// <summary>A kernel of two real inputs of one shape.</summary>
    public readonly struct Gradient<TOp> : INumberKernel
        where TOp : IBinary
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => Kernel<T>(TOp.Apply);
    }

    /// <summary>A kernel of two floating-point inputs of one shape.</summary>
    public readonly struct FloatGradient<TOp> : IFloatKernel
        where TOp : IFloatBinary
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => Kernel<T>(TOp.Apply);
    }
}
