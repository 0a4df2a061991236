namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>Gamma-distributed numbers of scale 1 (Marsaglia and Tsang's rejection of cubed normals).</summary>
internal static class GammaSampler
{
    /// <summary>One number.</summary>
    /// <param name="stream">Where its random numbers start.</param>
    /// <param name="alpha">The shape parameter.</param>
    /// <returns>The number; NaN if the parameter is no positive number.</returns>
    public static double Sample(Philox stream, double alpha)
    {
        if (!(alpha > 0))
        {
            return double.NaN;
        }

        RejectionStream<double> numbers = new(stream);
        if (alpha == 1)
        {
            // The exponential distribution.
            return -NearZero.Log1p(-numbers.Uniform());
        }

        // An alpha below 1 is raised by 1, and the result multiplied by u^(1 / alpha).
        bool small = alpha < 1;
        double d = alpha + (small ? 2.0 / 3 : -1.0 / 3), c = 1.0 / 3 / Math.Sqrt(d);
        while (true)
        {
            double x = numbers.Normal(), v = 1 + c * x;
            if (v <= 0)
            {
                continue;
            }

            v = v * v * v;
            double u = numbers.Uniform();
            if (u < 1 - 0.0331 * (x * x) * (x * x) || Math.Log(u) < 0.5 * x * x + d * (1 - v + Math.Log(v)))
            {
                return small ? d * v * Math.Pow(numbers.Uniform(), 1 / alpha) : d * v;
            }
        }
    }
}
