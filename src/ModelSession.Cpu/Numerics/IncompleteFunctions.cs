namespace ModelSessions.Cpu.Numerics;

/// <summary>The incomplete gamma and beta functions inside of where they are defined, as parts of the whole.</summary>
internal static class IncompleteFunctions
{
    private const double Tiny = 1e-300;

    // Above, sums would take too many terms, and the normal distribution with one correction has all digits.
    private const double Large = 1e8;

    /// <summary>The lower incomplete gamma function; a and x are positive and finite.</summary>
    public static double LowerGamma(double a, double x) => a > Large ? GammaByNormal(a, x, -1) : x < a + 1 ? GammaBySum(a, x) : 1 - GammaByFraction(a, x);

    /// <summary>The upper incomplete gamma function; a and x are positive and finite.</summary>
    public static double UpperGamma(double a, double x) => a > Large ? GammaByNormal(a, x, 1) : x < a + 1 ? 1 - GammaBySum(a, x) : GammaByFraction(a, x);

    /// <summary>The incomplete beta function; a and b are positive, x between 0 and 1.</summary>
    public static double Beta(double a, double b, double x)
    {
        double front = BetaFront(a, b, x);
        return x < (a + 1) / (a + b + 2) ? front * BetaFraction(a, b, x) / a : 1 - front * BetaFraction(b, a, 1 - x) / b;
    }

    // Σ xᵏ / (a + 1) … (a + k).
    private static double GammaBySum(double a, double x)
    {
        double term = 1, sum = 1;
        for (double k = a + 1; term > sum * 1e-17; k++)
        {
            term *= x / k;
            sum += term;
        }

        return sum * GammaFront(a, x) / a;
    }

    // Legendre's continued fraction, by Lentz' method.
    private static double GammaByFraction(double a, double x)
    {
        double b = x + 1 - a, c = 1 / Tiny, d = 1 / b, product = d;
        for (double i = 1, factor = 0; double.Abs(factor - 1) > 1e-16 && i < 1e6; i++)
        {
            double an = -i * (i - a);
            b += 2;
            d = 1 / Nonzero(an * d + b);
            c = Nonzero(b + an / c);
            factor = c * d;
            product *= factor;
        }

        return product * GammaFront(a, x);
    }

    // xᵃ exp(−x) / Γ(a). For a large a the exponent is a small difference of large numbers: it is taken from what remains of them.
    private static double GammaFront(double a, double x)
    {
        if (a < 10)
        {
            return double.Exp(a * double.Log(x) - x - GammaFunctions.LogGamma(a));
        }

        return double.Sqrt(a / (2 * double.Pi)) * double.Exp(-a * Excess((x - a) / a) - GammaFunctions.StirlingRest(a));
    }

    // xᵃ (1 − x)ᵇ / B(a, b), by the same way.
    private static double BetaFront(double a, double b, double x)
    {
        double sum = a + b, away = x * sum - a;
        return a < 10 || b < 10
            ? double.Exp(GammaFunctions.LogGamma(sum) - GammaFunctions.LogGamma(a) - GammaFunctions.LogGamma(b) + a * double.Log(x) + b * double.LogP1(-x))
            : double.Sqrt(a / (2 * double.Pi) * (b / sum)) * double.Exp(
                GammaFunctions.StirlingRest(sum) - GammaFunctions.StirlingRest(a) - GammaFunctions.StirlingRest(b) - a * Excess(away / a) - b * Excess(-away / b));
    }

    // Temme's expansion, its first two terms.
    private static double GammaByNormal(double a, double x, int side)
    {
        double mu = (x - a) / a, eta = double.CopySign(double.Sqrt(2 * Excess(mu)), mu);
        double correction = double.Abs(mu) < 1e-4 ? -1.0 / 3 + eta / 12 : 1 / mu - 1 / eta;
        double rest = double.Exp(-a * eta * eta / 2) / double.Sqrt(2 * double.Pi * a) * correction;
        return 0.5 * ErrorFunctions.Erfc(side * eta * double.Sqrt(a / 2)) + side * rest;
    }

    // μ − log(1 + μ).
    private static double Excess(double mu)
    {
        if (double.Abs(mu) > 0.1)
        {
            return mu - double.LogP1(mu);
        }

        double power = mu * mu, sum = power / 2;
        for (int k = 3; double.Abs(power) > sum * 1e-17; k++)
        {
            power *= -mu;
            sum += power / k;
        }

        return sum;
    }

    // By Lentz' method; fast where x is below the mean.
    private static double BetaFraction(double a, double b, double x)
    {
        double c = 1, d = 1 / Nonzero(1 - (a + b) * x / (a + 1)), product = d;
        for (double m = 1, factor = 0; double.Abs(factor - 1) > 1e-16 && m < 1e5; m++)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / Nonzero(1 + even * d);
            c = Nonzero(1 + even / c);
            product *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / Nonzero(1 + odd * d);
            c = Nonzero(1 + odd / c);
            factor = d * c;
            product *= factor;
        }

        return product;
    }

    private static double Nonzero(double x) => double.Abs(x) < Tiny ? Tiny : x;
}
