using System.Numerics;
using System.Numerics.Tensors;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Sign, rounding, and what kind of number it is.</summary>
internal static class SignKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("LogicalNot", Unary.Kernel<bool, bool>((x, y) =>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = !x[i];
            }
        }));
        table.Floats<Unary.OfFloat<Ceil>>("Ceil", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Floor>>("Floor", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Rint>>("Rint", TypeSet.Floats);
        table.Floats<Unary.OfTest<IsFinite>>("IsFinite", TypeSet.Floats);
        table.Floats<Unary.OfTest<IsInf>>("IsInf", TypeSet.Floats);
        table.Floats<Unary.OfTest<IsNan>>("IsNan", TypeSet.Floats);
        table.Numbers<Unary.Of<Abs>>("Abs", TypeSet.Numbers);
        table.Numbers<Unary.Of<Neg>>("Neg", TypeSet.Numbers);
        table.Numbers<Unary.Of<Reciprocal>>("Inv", TypeSet.Numbers);
        table.Numbers<Unary.Of<Reciprocal>>("Reciprocal", TypeSet.Numbers);
        table.Numbers<Unary.Of<Round>>("Round", TypeSet.Numbers);
        table.Numbers<Unary.Of<Sign>>("Sign", TypeSet.Numbers);
        table.Numbers<Unary.Of<Square>>("Square", TypeSet.Numbers);
    }

    private readonly struct Abs : IUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = T.IsNegative(x[i]) ? T.Zero - x[i] : x[i];
            }
        }
    }

    private readonly struct Ceil : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Ceiling(x, y);
    }

    private readonly struct Floor : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Floor(x, y);
    }

    private readonly struct Rint : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Round(x, y);
    }

    private readonly struct Neg : IUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Negate(x, y);
    }

    private readonly struct Square : IUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Multiply(x, x, y);
    }

    private readonly struct Sign : IUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = x[i] > T.Zero ? T.One : x[i] < T.Zero ? T.Zero - T.One : x[i] == T.Zero ? T.Zero : x[i];
            }
        }
    }

    private readonly struct Round : IUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            if (T.One / (T.One + T.One) == T.Zero)
            {
                x.CopyTo(y);
                return;
            }

            for (int i = 0; i < y.Length; i++)
            {
                y[i] = typeof(T) == typeof(float)
                    ? T.CreateTruncating(MathF.Round(float.CreateTruncating(x[i])))
                    : T.CreateTruncating(System.Math.Round(double.CreateTruncating(x[i])));
            }
        }
    }

    private readonly struct Reciprocal : IUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = T.IsZero(x[i]) && T.One / (T.One + T.One) == T.Zero ? T.Zero : T.One / x[i];
            }
        }
    }

    private readonly struct IsFinite : IFloatTest
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<bool> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = T.IsFinite(x[i]);
            }
        }
    }

    private readonly struct IsInf : IFloatTest
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<bool> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = T.IsInfinity(x[i]);
            }
        }
    }

    private readonly struct IsNan : IFloatTest
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<bool> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = T.IsNaN(x[i]);
            }
        }
    }
}
