using MathNet.Numerics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>The gamma function's relatives on the whole axis, with TensorFlow's values where they are not defined.</summary>
internal static class GammaFunctions
{
    // Even terms of Euler and Maclaurin's formula: (2k)! / B(2k).
    private static readonly double[] s_bernoulli =
    [
        12.0, -720.0, 30240.0, -1209600.0, 47900160.0, -1.8924375803183791606e9, 7.47242496e10, -2.950130727918164224e12,
        1.1646782814350067249e14, -4.5979787224074726105e15, 1.8152105401943546773e17, -7.1661652561756670113e18,
    ];

    /// <summary>log |Γ(x)|.</summary>
    public static double LogGamma(double x)
    {
        if (double.IsNaN(x) || double.IsInfinity(x))
        {
            return double.Abs(x);
        }

        if (x >= 0.5)
        {
            return SpecialFunctions.GammaLn(x);
        }

        // Reflected; at 0, −1, −2, … infinite.
        double sine = double.Abs(double.SinPi(x));
        return sine == 0 ? double.PositiveInfinity : double.Log(double.Pi / sine) - SpecialFunctions.GammaLn(1 - x);
    }

    /// <summary>The slope of log Γ. NaN at 0, −1, −2, …</summary>
    public static double Digamma(double x)
    {
        if (x <= 0 && x == double.Floor(x))
        {
            return double.NaN;
        }

        return x < 0
            ? Digamma(1 - x) - double.Pi / double.TanPi(x)
            : double.IsPositiveInfinity(x) ? x : SpecialFunctions.DiGamma(x);
    }

    /// <summary>The n-th derivative of <see cref="Digamma"/>.</summary>
    public static double Polygamma(double n, double x)
    {
        if (n < 0 || n != double.Floor(n))
        {
            return double.NaN;
        }

        double factorial = double.Exp(LogGamma(n + 1));
        return n == 0 ? Digamma(x) : (n % 2 == 0 ? -1 : 1) * factorial * Zeta(n + 1, x);
    }

    /// <summary>Hurwitz' zeta function: Σ (q + k)^−x.</summary>
    public static double Zeta(double x, double q)
    {
        if (x == 1)
        {
            return double.PositiveInfinity;
        }

        if (!(x >= 1) || double.IsNaN(q))
        {
            return double.NaN;
        }

        if (q <= 0)
        {
            if (q == double.Floor(q))
            {
                return x == double.Floor(x) && x % 2 == 0 ? double.PositiveInfinity : double.NaN;
            }

            if (x != double.Floor(x))
            {
                return double.NaN;
            }
        }

        // The first terms as they are, the rest by Euler and Maclaurin.
        double sum = double.Pow(q, -x), at = q;
        for (int i = 0; i < 9 || at <= 9; i++)
        {
            at++;
            sum += double.Pow(at, -x);
        }

        double power = double.Pow(at, -x);
        sum += power * at / (x - 1) - 0.5 * power;
        double factor = 1, k = 0;
        foreach (double bernoulli in s_bernoulli)
        {
            factor *= x + k;
            power /= at;
            sum += factor * power / bernoulli;
            k++;
            factor *= x + k;
            power /= at;
            k++;
        }

        return sum;
    }

    /// <summary>The lower incomplete gamma function, as a part of the whole.</summary>
    public static double Lower(double a, double x) => !(a > 0) || !(x >= 0)
        ? a == 0 && x > 0 ? 1 : double.NaN
        : x == 0 ? 0 : double.IsPositiveInfinity(x) ? 1 : SpecialFunctions.GammaLowerRegularized(a, x);

    /// <summary>The upper incomplete gamma function, as a part of the whole.</summary>
    public static double Upper(double a, double x) => !(a > 0) || !(x >= 0)
        ? a == 0 && x > 0 ? 0 : double.NaN
        : x == 0 ? 1 : double.IsPositiveInfinity(x) ? 0 : SpecialFunctions.GammaUpperRegularized(a, x);

    /// <summary>The slope of <see cref="Lower"/> in a, by its series: only terms around x − a count.</summary>
    public static double LowerSlope(double a, double x)
    {
        if (!(a > 0) || !(x >= 0))
        {
            return double.NaN;
        }

        if (x == 0 || double.IsInfinity(x))
        {
            return 0;
        }

        double logX = double.Log(x), width = 40 * double.Sqrt(x) + 40, sum = 0;
        double first = double.Max(0, double.Floor(x - a - width)), last = double.Max(0, x - a) + width;
        for (double k = first; k <= last; k++)
        {
            double term = double.Exp(-x + (a + k) * logX - SpecialFunctions.GammaLn(a + k + 1));
            sum += term * (logX - SpecialFunctions.DiGamma(a + k + 1));
        }

        return sum;
    }

    /// <summary>How a gamma-distributed number moves with the distribution's parameter while its place among all stays: the slope of
    /// <see cref="Lower"/> over the density, negated.</summary>
    /// <param name="alpha">The parameter.</param>
    /// <param name="sample">The number.</param>
    /// <param name="leastLog">Where x times the density has a smaller logarithm, the result is 0, as where TensorFlow's type underflows.</param>
    public static double SampleSlope(double alpha, double sample, double leastLog)
    {
        if (!(alpha > 0) || !(sample >= 0))
        {
            return double.NaN;
        }

        double log = alpha * double.Log(sample) - sample - SpecialFunctions.GammaLn(alpha);
        return sample == 0 || !(log >= leastLog) ? 0 : -LowerSlope(alpha, sample) * sample / double.Exp(log);
    }

    /// <summary>The incomplete beta function, as a part of the whole.</summary>
    public static double Beta(double a, double b, double x) => !(a > 0) || !(b > 0) || !(x >= 0) || x > 1
        ? double.NaN
        : x is 0 or 1 ? x : SpecialFunctions.BetaRegularized(a, b, x);
}
