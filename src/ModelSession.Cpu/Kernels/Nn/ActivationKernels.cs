using System.Numerics;
using ModelSessions.Cpu.Kernels.Math;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>Activations; their gradients take dy (x) and the feature or the activation (y), as the op says.</summary>
internal static class ActivationKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<LeakyRelu>("LeakyRelu", TypeSet.Floats);
        table.Floats<LeakyReluGrad>("LeakyReluGrad", TypeSet.Floats);
        table.Floats<Unary.FloatGradient<EluGrad>>("EluGrad", TypeSet.Floats);
        table.Floats<Unary.FloatGradient<SeluGrad>>("SeluGrad", TypeSet.Floats);
        table.Floats<Unary.FloatGradient<SoftplusGrad>>("SoftplusGrad", TypeSet.Floats);
        table.Floats<Unary.FloatGradient<SoftsignGrad>>("SoftsignGrad", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Elu>>("Elu", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Selu>>("Selu", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Softplus>>("Softplus", TypeSet.Floats);
        table.Floats<Unary.OfFloat<Softsign>>("Softsign", TypeSet.Floats);
        table.Numbers<Unary.Gradient<Relu6Grad>>("Relu6Grad", TypeSet.Numbers);
        table.Numbers<Unary.Gradient<ReluGrad>>("ReluGrad", TypeSet.Numbers);
        table.Numbers<Unary.Of<Relu6>>("Relu6", TypeSet.Numbers);
        table.Numbers<Unary.Of<Relu>>("Relu", TypeSet.Numbers);
    }

    private const double SeluScale = 1.0507009873554804934193349852946;
    private const double SeluScaleAlpha = 1.7580993408473768599402175208123;

    // Beyond the threshold one of the two summands is lost to rounding, as in TensorFlow.
    private static T SoftplusOf<T>(T x)
        where T : IFloatingPointIeee754<T>
    {
        T threshold = T.Log(T.BitIncrement(T.One) - T.One) + T.CreateChecked(2);
        return x > T.Zero - threshold ? x : x < threshold ? T.Exp(x) : NearZero.Log1p(T.Exp(x));
    }

    private readonly struct Elu : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = x[i] < T.Zero ? T.Exp(x[i]) - T.One : x[i];
            }
        }
    }

    private readonly struct EluGrad : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = y[i] < T.Zero ? (y[i] + T.One) * x[i] : x[i];
            }
        }
    }

    private readonly struct Selu : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = x[i] < T.Zero ? T.CreateChecked(SeluScaleAlpha) * (T.Exp(x[i]) - T.One) : T.CreateChecked(SeluScale) * x[i];
            }
        }
    }

    private readonly struct SeluGrad : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = y[i] < T.Zero ? x[i] * (y[i] + T.CreateChecked(SeluScaleAlpha)) : x[i] * T.CreateChecked(SeluScale);
            }
        }
    }

    private readonly struct Softplus : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = SoftplusOf(x[i]);
            }
        }
    }

    private readonly struct SoftplusGrad : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] / (T.Exp(T.Zero - y[i]) + T.One);
            }
        }
    }

    private readonly struct Softsign : IFloatUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = x[i] / (T.One + T.Abs(x[i]));
            }
        }
    }

    private readonly struct SoftsignGrad : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] / ((T.One + T.Abs(y[i])) * (T.One + T.Abs(y[i])));
            }
        }
    }

    private readonly struct Relu : IUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            int i = 0;
            if (Vector.IsHardwareAccelerated && Vector<T>.IsSupported)
            {
                for (; i <= y.Length - Vector<T>.Count; i += Vector<T>.Count)
                {
                    Vector<T> a = new(x[i..]);
                    Vector.ConditionalSelect(Vector.LessThanOrEqual(a, Vector<T>.Zero), Vector<T>.Zero, a).CopyTo(y[i..]);
                }
            }

            for (; i < y.Length; i++)
            {
                y[i] = x[i] <= T.Zero ? T.Zero : x[i];
            }
        }
    }

    private readonly struct Relu6 : IUnary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = x[i] <= T.Zero ? T.Zero : x[i] > T.CreateChecked(6) ? T.CreateChecked(6) : x[i];
            }
        }
    }

    private readonly struct ReluGrad : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            int i = 0;
            if (Vector.IsHardwareAccelerated && Vector<T>.IsSupported)
            {
                for (; i <= z.Length - Vector<T>.Count; i += Vector<T>.Count)
                {
                    Vector<T> dy = new(x[i..]), a = new(y[i..]);
                    Vector.ConditionalSelect(Vector.GreaterThan(a, Vector<T>.Zero), dy, Vector<T>.Zero).CopyTo(z[i..]);
                }
            }

            for (; i < z.Length; i++)
            {
                z[i] = y[i] > T.Zero ? x[i] : T.Zero;
            }
        }
    }

    private readonly struct Relu6Grad : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = y[i] > T.Zero && y[i] < T.CreateChecked(6) ? x[i] : T.Zero;
            }
        }
    }

    private readonly struct LeakyRelu : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            T alpha = T.CreateChecked(node.Float("alpha"));
            return Unary.Kernel<T, T>((x, y) =>
            {
                for (int i = 0; i < y.Length; i++)
                {
                    y[i] = x[i] > T.Zero ? x[i] : x[i] * alpha;
                }
            });
        }
    }

    private readonly struct LeakyReluGrad : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            T alpha = T.CreateChecked(node.Float("alpha"));
            return Unary.Kernel<T>((x, y, z) =>
            {
                for (int i = 0; i < z.Length; i++)
                {
                    z[i] = y[i] > T.Zero ? x[i] : x[i] * alpha;
                }
            });
        }
    }
}
