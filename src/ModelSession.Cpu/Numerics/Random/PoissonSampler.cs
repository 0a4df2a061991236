namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>Poisson-distributed numbers: Knuth's product of uniforms for small rates, Hörmann's transformed rejection for others.</summary>
internal static class PoissonSampler
{
    private const double Knuth = 10;

    /// <summary>One number, whole.</summary>
    /// <param name="stream">Where its random numbers start.</param>
    /// <param name="rate">The mean, not NaN. One that is not above 0 gives 0.</param>
    public static double Sample(Philox stream, double rate)
    {
        if (double.IsPositiveInfinity(rate))
        {
            return rate;
        }

        RejectionStream<double> numbers = new(stream);
        return rate < Knuth ? Product(ref numbers, rate) : Transformed(ref numbers, rate);
    }

    private static double Product(ref RejectionStream<double> numbers, double rate)
    {
        double least = Math.Exp(-rate), product = 1, count = 0;
        while (true)
        {
            product *= numbers.Uniform();
            if (product <= least)
            {
                return count;
            }

            count++;
        }
    }

    private static double Transformed(ref RejectionStream<double> numbers, double rate)
    {
        double log = Math.Log(rate), b = 0.931 + 2.53 * Math.Sqrt(rate), a = -0.059 + 0.02483 * b;
        double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4), box = 0.9277 - 3.6224 / (b - 2);
        while (true)
        {
            double u = numbers.Uniform() - 0.5, v = numbers.Uniform(), shifted = 0.5 - Math.Abs(u);
            double k = Math.Floor((2 * a / shifted + b) * u + rate + 0.43);
            if (double.IsInfinity(k))
            {
                continue;
            }

            if (shifted >= 0.07 && v <= box)
            {
                return k;
            }

            if (k < 0 || (shifted < 0.013 && v > shifted))
            {
                continue;
            }

            double limit = -rate + k * log - GammaFunctions.LogGamma(k + 1);
            if (Math.Log(v * inverseAlpha / (a / (shifted * shifted) + b)) <= limit)
            {
                return k;
            }
        }
    }
}
