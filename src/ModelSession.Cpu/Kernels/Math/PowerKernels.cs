using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Powers, and products with a logarithm that a factor of 0 makes 0.</summary>
internal static class PowerKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Pow", "T", TypeSet.Numbers | TypeSet.Complexes, Pow);
        table.Floats<Binary.OfFloat<Xdivy>>("Xdivy", TypeSet.Floats);
        table.Floats<Binary.OfFloat<Xlog1py>>("Xlog1py", TypeSet.Floats);
        table.Floats<Binary.OfFloat<Xlogy>>("Xlogy", TypeSet.Floats);
    }

    private static Kernel Pow(GraphOperation node, CpuSession session)
    {
        DType dtype = node.DType("T");
        return dtype.IsFloating() ? Typed.Float<Binary.OfFloat<FloatPower>>(node, dtype)
            : dtype.IsComplex() ? ComplexArithmetic.Kernel(dtype, ComplexPower)
            : Typed.Integer<Binary.OfInteger<IntegerPower>>(node, dtype);
    }

    private static void ComplexPower(ReadOnlySpan<Complex> x, ReadOnlySpan<Complex> y, Span<Complex> z)
    {
        for (int i = 0; i < z.Length; i++)
        {
            // exp(y log x) has no value here, where .NET says 1.
            bool undefined = y[i] == Complex.Zero && (x[i] == Complex.Zero || !Complex.IsFinite(x[i]));
            z[i] = undefined ? new Complex(double.NaN, double.NaN) : Complex.Pow(x[i], y[i]);
        }
    }

    private readonly struct FloatPower : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = T.Pow(x[i], y[i]);
            }
        }
    }

    private readonly struct IntegerPower : IIntegerBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IBinaryInteger<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = T.IsNegative(y[i])
                    ? throw Failure.Invalid("Integers to negative integer powers are not allowed")
                    : Power(x[i], y[i]);
            }
        }

        private static T Power<T>(T x, T exponent)
            where T : IBinaryInteger<T>
        {
            T result = T.One;
            for (; exponent > T.Zero; exponent >>= 1)
            {
                result = T.IsOddInteger(exponent) ? result * x : result;
                x *= x;
            }

            return result;
        }
    }

    private readonly struct Xdivy : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] == T.Zero ? T.Zero : x[i] / y[i];
            }
        }
    }

    private readonly struct Xlogy : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] == T.Zero ? T.Zero : x[i] * T.Log(y[i]);
            }
        }
    }

    private readonly struct Xlog1py : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] == T.Zero ? T.Zero : x[i] * NearZero.Log1p(y[i]);
            }
        }
    }
}
