using System.Numerics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Probabilities as logarithms.</summary>
internal static class LogSums
{
    private const float Ln2High = 6.9313812256e-01f, Ln2Low = 9.0580006145e-06f;

    // The series of the logarithm in (f / (2 + f))²; with other constants the last bits would not be the C library's.
    private static readonly float[] s_terms =
    [
        1.4798198640e-01f, 1.5313838422e-01f, 1.8183572590e-01f, 2.2222198546e-01f, 2.8571429849e-01f, 4.0000000596e-01f, 6.6666668653e-01f,
    ];

    /// <summary>log(exp(x) + exp(y)); minus infinity stands for a probability of 0.</summary>
    public static T Add<T>(T x, T y)
        where T : IFloatingPointIeee754<T>
    {
        if (T.IsNegativeInfinity(x) && T.IsNegativeInfinity(y))
        {
            return x;
        }

        return x > y ? x + Rest(y - x) : y + Rest(x - y);

        // In float also for doubles, as in TensorFlow.
        static T Rest(T difference) => T.CreateTruncating(Log1p(Exp(float.CreateTruncating(difference))));
    }

    /// <summary>The exponential with the C library's bits.</summary>
    public static float Exp(float x) => (float)Math.Exp(x);

    // log(1 + x) of 0 to 1 as the C library computes it.
    private static float Log1p(float x)
    {
        const float leastSquare = 1.862645149e-09f, halfRoot = 0.41422f;
        if (!(x >= leastSquare))
        {
            return x - x * x * 0.5f;
        }

        float f = x, correction = 0;
        int k = 0;
        if (BitConverter.SingleToInt32Bits(x) >= BitConverter.SingleToInt32Bits(halfRoot))
        {
            float u = 1 + x;
            k = (BitConverter.SingleToInt32Bits(u) >> 23) - 127;
            correction = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
            int mantissa = BitConverter.SingleToInt32Bits(u) & 0x7FFFFF;
            bool above = mantissa >= 0x3504F7;
            k += above ? 1 : 0;
            f = BitConverter.Int32BitsToSingle(mantissa | (above ? 0x3F000000 : 0x3F800000)) - 1;
        }

        float half = 0.5f * f * f, s = f / (2 + f), z = s * s, sum = 0;
        foreach (float term in s_terms)
        {
            sum = z * (term + sum);
        }

        return k == 0 ? f - (half - s * (half + sum)) : k * Ln2High - (half - (s * (half + sum) + (k * Ln2Low + correction)) - f);
    }
}
