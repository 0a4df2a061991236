using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Exponentials, logarithms, roots, the functions made of them, and their gradients: given f(x) = x and dy = y.</summary>
internal static class ExponentialKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<Unary.FloatGradient<InvGrad>>("InvGrad", TypeSet.Floats);
        table.Floats<Unary.FloatGradient<InvGrad>>("ReciprocalGrad", TypeSet.Floats);
        table.Floats<Unary.FloatGradient<RsqrtGrad>>("RsqrtGrad", TypeSet.Floats);
        table.Floats<Unary.FloatGradient<SigmoidGrad>>("SigmoidGrad", TypeSet.Floats);
        table.Floats<Unary.FloatGradient<SqrtGrad>>("SqrtGrad", TypeSet.Floats);
        table.Floats<Unary.FloatGradient<TanhGrad>>("TanhGrad", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Exp>>("Exp", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Expm1>>("Expm1", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Log1p>>("Log1p", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Log>>("Log", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Rsqrt>>("Rsqrt", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Sigmoid>>("Sigmoid", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Sqrt>>("Sqrt", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Tanh>>("Tanh", TypeSet.Floats);
    }

    private readonly struct Exp : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Exp(x, y);
    }

    private readonly struct Log : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Log(x, y);
    }

    private readonly struct Expm1 : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = NearZero.Expm1(x[i]);
            }
        }
    }

    private readonly struct Log1p : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = NearZero.Log1p(x[i]);
            }
        }
    }

    private readonly struct Rsqrt : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = T.One / T.Sqrt(x[i]);
            }
        }
    }

    private readonly struct Sqrt : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sqrt(x, y);
    }

    private readonly struct Sigmoid : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Sigmoid(x, y);
    }

    private readonly struct Tanh : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = T.Tanh(x[i]);
            }
        }
    }

    private readonly struct InvGrad : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = -(y[i] * x[i] * x[i]);
            }
        }
    }

    private readonly struct RsqrtGrad : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = y[i] == T.Zero ? T.Zero : y[i] * T.CreateChecked(-0.5) * (x[i] * x[i] * x[i]);
            }
        }
    }

    private readonly struct SigmoidGrad : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = y[i] * x[i] * (T.One - x[i]);
            }
        }
    }

    private readonly struct SqrtGrad : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = y[i] == T.Zero ? T.Zero : y[i] * T.CreateChecked(0.5) / x[i];
            }
        }
    }

    private readonly struct TanhGrad : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = y[i] * (T.One - x[i] * x[i]);
            }
        }
    }
}
