namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>Binomially distributed numbers: geometric steps where few successes are to be expected, Hörmann's transformed rejection
/// (BTRS) else.</summary>
internal static class BinomialSampler
{
    // Stirling's error of log k! for small k.
    private static readonly double[] s_tails =
    [
        0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211, 0.0138761288230707,
        0.0118967099458917, 0.0104112652619720, 0.00925546218271273, 0.00833056343336287,
    ];

    /// <summary>The successes among tries, for a product of both of 10 at most: geometric steps until the tries are used up.</summary>
    public static double Inversion(Philox stream, double tries, double probability)
    {
        RejectionStream<double> numbers = new(stream);
        double used = 0, successes = 0;
        while (true)
        {
            used += Math.Ceiling(Math.Log(numbers.Uniform()) / NearZero.Log1p(-probability));
            if (!(used <= tries))
            {
                return successes;
            }

            successes++;
        }
    }

    /// <summary>The successes among tries, for a product of both of 10 at least and a probability of 0.5 at most.</summary>
    public static double Rejection(Philox stream, double tries, double probability)
    {
        double deviation = Math.Sqrt(tries * probability * (1 - probability));
        double b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * probability, c = tries * probability + 0.5;
        double box = 0.92 - 4.2 / b, odds = probability / (1 - probability), alpha = (2.83 + 5.1 / b) * deviation;
        double mode = Math.Floor((tries + 1) * probability);
        RejectionStream<double> numbers = new(stream);
        while (true)
        {
            double u = numbers.Uniform(), v = numbers.Uniform();
            u -= 0.5;
            double shifted = 0.5 - Math.Abs(u);
            double k = Math.Floor((2 * a / shifted + b) * u + c);
            if (shifted >= 0.07 && v <= box)
            {
                return k;
            }

            if (k < 0 || k > tries)
            {
                continue;
            }

            v = Math.Log(v * alpha / (a / (shifted * shifted) + b));
            double bound = (mode + 0.5) * Math.Log((mode + 1) / (odds * (tries - mode + 1)))
                + (tries + 1) * Math.Log((tries - mode + 1) / (tries - k + 1))
                + (k + 0.5) * Math.Log(odds * (tries - k + 1) / (k + 1))
                + Tail(mode) + Tail(tries - mode) - Tail(k) - Tail(tries - k);
            if (v <= bound)
            {
                return k;
            }
        }
    }

    private static double Tail(double k)
    {
        if (k <= 9)
        {
            return s_tails[(int)k];
        }

        double square = (k + 1) * (k + 1);
        return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1);
    }
}
