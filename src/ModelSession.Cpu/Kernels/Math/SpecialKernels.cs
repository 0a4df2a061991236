using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Error, gamma, beta and Bessel functions, computed in double.</summary>
internal static class SpecialKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<Betainc>("Betainc", TypeSet.Wide);
        table.Floats<Of<BesselI0e>>("BesselI0e", TypeSet.Floats);
        table.Floats<Of<BesselI1e>>("BesselI1e", TypeSet.Floats);
        table.Floats<Of<Digamma>>("Digamma", TypeSet.Floats);
        table.Floats<Of<Erf>>("Erf", TypeSet.Floats);
        table.Floats<Of<Erfc>>("Erfc", TypeSet.Floats);
        table.Floats<Of<Erfinv>>("Erfinv", TypeSet.Wide);
        table.Floats<OfTwo<Igamma>>("Igamma", TypeSet.Wide);
        table.Floats<OfTwo<IgammaGradA>>("IgammaGradA", TypeSet.Wide);
        table.Floats<OfTwo<Igammac>>("Igammac", TypeSet.Wide);
        table.Floats<Of<Lgamma>>("Lgamma", TypeSet.Floats);
        table.Floats<Of<Ndtri>>("Ndtri", TypeSet.Wide);
        table.Floats<Binary.OfFloat<NextAfter>>("NextAfter", TypeSet.Wide);
        table.Floats<OfTwo<Polygamma>>("Polygamma", TypeSet.Wide);
        table.Floats<GammaSampleSlope>("RandomGammaGrad", TypeSet.Wide);
        table.Floats<OfTwo<Zeta>>("Zeta", TypeSet.Wide);
    }

    private interface IFunction
    {
        static abstract double Of(double x);
    }

    private interface IFunctionOfTwo
    {
        static abstract double Of(double x, double y);
    }

    private readonly struct Of<TFunction> : IFloatKernel
        where TFunction : IFunction
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => Unary.Kernel<T, T>(static (x, y) =>
            {
                for (int i = 0; i < y.Length; i++)
                {
                    y[i] = T.CreateTruncating(TFunction.Of(double.CreateTruncating(x[i])));
                }
            });
    }

    private readonly struct OfTwo<TFunction> : IFloatKernel
        where TFunction : IFunctionOfTwo
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => Binary.Kernel<T, T>(static (x, y, z) =>
            {
                for (int i = 0; i < z.Length; i++)
                {
                    z[i] = T.CreateTruncating(TFunction.Of(double.CreateTruncating(x[i]), double.CreateTruncating(y[i])));
                }
            });
    }

    private readonly struct BesselI0e : IFunction
    {
        public static double Of(double x) => BesselFunctions.I0Scaled(x);
    }

    private readonly struct BesselI1e : IFunction
    {
        public static double Of(double x) => BesselFunctions.I1Scaled(x);
    }

    private readonly struct Digamma : IFunction
    {
        public static double Of(double x) => GammaFunctions.Digamma(x);
    }

    private readonly struct Erf : IFunction
    {
        public static double Of(double x) => ErrorFunctions.Erf(x);
    }

    private readonly struct Erfc : IFunction
    {
        public static double Of(double x) => ErrorFunctions.Erfc(x);
    }

    private readonly struct Erfinv : IFunction
    {
        public static double Of(double x) => ErrorFunctions.ErfInverse(x);
    }

    private readonly struct Lgamma : IFunction
    {
        public static double Of(double x) => GammaFunctions.LogGamma(x);
    }

    private readonly struct Ndtri : IFunction
    {
        public static double Of(double x) => x is >= 0 and <= 1 ? -System.Math.Sqrt(2) * ErrorFunctions.ErfcInverse(2 * x) : double.NaN;
    }

    private readonly struct GammaSampleSlope : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            double leastLog = -double.Log(double.CreateTruncating(T.MaxValue));
            return Binary.Kernel<T, T>((alpha, sample, slope) =>
            {
                for (int i = 0; i < slope.Length; i++)
                {
                    slope[i] = T.CreateTruncating(GammaFunctions.SampleSlope(double.CreateTruncating(alpha[i]), double.CreateTruncating(sample[i]), leastLog));
                }
            });
        }
    }

    private readonly struct Igamma : IFunctionOfTwo
    {
        public static double Of(double a, double x) => GammaFunctions.Lower(a, x);
    }

    private readonly struct Igammac : IFunctionOfTwo
    {
        public static double Of(double a, double x) => GammaFunctions.Upper(a, x);
    }

    private readonly struct IgammaGradA : IFunctionOfTwo
    {
        public static double Of(double a, double x) => GammaFunctions.LowerSlope(a, x);
    }

    private readonly struct Polygamma : IFunctionOfTwo
    {
        public static double Of(double n, double x) => GammaFunctions.Polygamma(n, x);
    }

    private readonly struct Zeta : IFunctionOfTwo
    {
        public static double Of(double x, double q) => GammaFunctions.Zeta(x, q);
    }

    private readonly struct NextAfter : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = T.IsNaN(x[i]) || T.IsNaN(y[i]) ? T.NaN : x[i] < y[i] ? T.BitIncrement(x[i]) : x[i] > y[i] ? T.BitDecrement(x[i]) : y[i];
            }
        }
    }

    // A scalar stands for as many as the others have.
    private readonly struct Betainc : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T> => context =>
            {
                Value largest = context.Input(0).Rank > 0 ? context.Input(0) : context.Input(1).Rank > 0 ? context.Input(1) : context.Input(2);
                for (int i = 0; i < 3; i++)
                {
                    if (context.Input(i).Rank > 0 && !context.Input(i).Dimensions.SequenceEqual(largest.Dimensions))
                    {
                        throw Failure.Invalid($"Shapes of a, b and x are inconsistent: {context.Input(0).Shape}, {context.Input(1).Shape}, {context.Input(2).Shape}");
                    }
                }

                Span<T> result = context.Allocate(0, largest.Dimensions).Span<T>();
                for (int i = 0; i < result.Length; i++)
                {
                    result[i] = T.CreateTruncating(GammaFunctions.Beta(At(0, i), At(1, i), At(2, i)));
                }

                double At(int input, int index) => double.CreateTruncating(context.Input(input).Span<T>()[context.Input(input).Rank == 0 ? 0 : index]);
            };
    }
}
