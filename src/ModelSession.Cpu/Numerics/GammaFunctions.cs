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

    // log Γ(x) / ((x − 1) (x − 2)).
    private static readonly Piecewise s_logGamma = new(
        [
        new(0.5, 1.0,
        [
            0.6504990445801452, -0.08808985033300343, 0.018380335451527254, -0.004514237527719059, 0.0012002398216789194,
            -0.0003339638181049789, 9.568996637185131e-05, -2.7988594780954096e-05, 8.313450803895454e-06, -2.4992008366825906e-06,
            7.586319006314289e-07, -2.3215548279139348e-07, 7.152031742093564e-08, -2.2114975091402563e-08, 6.88176341763145e-09,
            -2.2096578061765834e-09, 6.973377225426157e-10, -1.7396989814805763e-10, 5.3236510221137564e-11, -3.716959626325683e-11,
            1.2150341235422767e-11
        ]),
        new(1.0, 1.5,
        [
            0.5241164609163369, -0.04613959610920402, 0.005910358627063174, -0.000879271988653414, 0.0001412453045916624,
            -2.3739067416716826e-05, 4.108320085811173e-06, -7.256005145387412e-07, 1.300829811622848e-07, -2.3589821035424027e-08,
            4.317131400956859e-09, -7.962780264178176e-10, 1.477521829284859e-10, -2.7255059784327337e-11, 5.098510492845553e-12,
            -1.1331744981305584e-12, 2.161093605266885e-13
        ]),
        new(1.5, 2.0,
        [
            0.4501393121092563, -0.02987039665631069, 0.002782527949906859, -0.000297718091097398, 3.4282696973560945e-05,
            -4.127142703460872e-06, 5.116049518235048e-07, -6.473180486046594e-08, 8.314465844866983e-09, -1.0803139182116788e-09,
            1.4164152109906977e-10, -1.8671076859981803e-11, 2.480176594364507e-12, -3.554683030752486e-13, 4.79301222742237e-14
        ]),
        new(2.0, 3.0,
        [
            0.37957716063055885, -0.037331787077249705, 0.004976288576185795, -0.0007523460658796173, 0.00012181609305929526,
            -2.0582490830124e-05, 3.578963084352551e-06, -6.351741726573269e-07, 1.1445032938936952e-07, -2.0863786972999907e-08,
            3.838452939878353e-09, -7.116968694193865e-10, 1.3272874076996167e-10, -2.459793716541486e-11, 4.622628724659737e-12,
            -1.0333588169825092e-12, 1.978761203308785e-13
        ]),
    ]);

    /// <summary>log |Γ(x)|.</summary>
    public static double LogGamma(double x)
    {
        if (double.IsNaN(x) || double.IsInfinity(x))
        {
            return double.Abs(x);
        }

        if (x >= 0.5)
        {
            return PositiveLogGamma(x);
        }

        // Reflected; at 0, −1, −2, … infinite.
        double sine = double.Abs(double.SinPi(x));
        return sine == 0 ? double.PositiveInfinity : double.Log(double.Pi / sine) - PositiveLogGamma(1 - x);
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
            : double.IsPositiveInfinity(x) ? x : PositiveDigamma(x);
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
        : x == 0 ? 0 : double.IsPositiveInfinity(x) ? 1 : IncompleteFunctions.LowerGamma(a, x);

    /// <summary>The upper incomplete gamma function, as a part of the whole.</summary>
    public static double Upper(double a, double x) => !(a > 0) || !(x >= 0)
        ? a == 0 && x > 0 ? 0 : double.NaN
        : x == 0 ? 1 : double.IsPositiveInfinity(x) ? 0 : IncompleteFunctions.UpperGamma(a, x);

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
            double term = double.Exp(-x + (a + k) * logX - LogGamma(a + k + 1));
            sum += term * (logX - Digamma(a + k + 1));
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

        double log = alpha * double.Log(sample) - sample - LogGamma(alpha);
        return sample == 0 || !(log >= leastLog) ? 0 : -LowerSlope(alpha, sample) * sample / double.Exp(log);
    }

    /// <summary>What Stirling's formula lacks: log Γ(x) − (x − ½) log x + x − ½ log 2π, for x from 10.</summary>
    public static double StirlingRest(double x)
    {
        double v = 1 / (x * x);
        return (1.0 / 12 - v * (1.0 / 360 - v * (1.0 / 1260 - v * (1.0 / 1680 - v * (1.0 / 1188 - v * (691.0 / 360360 - v / 156)))))) / x;
    }

    /// <summary>The incomplete beta function, as a part of the whole.</summary>
    public static double Beta(double a, double b, double x) => !(a > 0) || !(b > 0) || !(x >= 0) || x > 1
        ? double.NaN
        : x is 0 or 1 ? x : IncompleteFunctions.Beta(a, b, x);

    private static double PositiveLogGamma(double x)
    {
        if (x > 12)
        {
            return double.IsPositiveInfinity(x) ? x : (x - 0.5) * double.Log(x) - x + 0.5 * double.Log(2 * double.Pi) + StirlingRest(x);
        }

        // Γ(x + 1) = x Γ(x).
        double product = 1;
        while (x > 3)
        {
            x--;
            product *= x;
        }

        return (x - 1) * (x - 2) * s_logGamma.At(x) + double.Log(product);
    }

    private static double PositiveDigamma(double x)
    {
        // ψ(x + 1) = ψ(x) + 1 / x.
        double sum = 0;
        while (x < 10)
        {
            sum -= 1 / x;
            x++;
        }

        double v = 1 / (x * x);
        return sum + double.Log(x) - 0.5 / x
            - v * (1.0 / 12 - v * (1.0 / 120 - v * (1.0 / 252 - v * (1.0 / 240 - v * (1.0 / 132 - v * (691.0 / 32760 - v / 12))))));
    }
}
