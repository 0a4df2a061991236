using System.Numerics;
using System.Numerics.Tensors;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Circular and hyperbolic functions.</summary>
internal static class TrigonometricKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<Binary.OfFloat<Atan2>>("Atan2", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Acos>>("Acos", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Acosh>>("Acosh", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Asin>>("Asin", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Asinh>>("Asinh", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Atan>>("Atan", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Atanh>>("Atanh", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Cos>>("Cos", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Cosh>>("Cosh", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Sin>>("Sin", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Sinh>>("Sinh", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Tan>>("Tan", TypeSet.Floats);
    }

    private readonly struct Acos : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Acos(x, y);
    }

    private readonly struct Acosh : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Acosh(x, y);
    }

    private readonly struct Asin : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Asin(x, y);
    }

    private readonly struct Asinh : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Asinh(x, y);
    }

    private readonly struct Atan : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Atan(x, y);
    }

    private readonly struct Atanh : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Atanh(x, y);
    }

    private readonly struct Cos : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Cos(x, y);
    }

    private readonly struct Cosh : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Cosh(x, y);
    }

    private readonly struct Sin : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sin(x, y);
    }

    private readonly struct Sinh : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = T.Sinh(x[i]);
            }
        }
    }

    private readonly struct Tan : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Tan(x, y);
    }

    private readonly struct Atan2 : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Atan2(x, y, z);
    }
}
