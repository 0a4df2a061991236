using System.Numerics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Functions that lose all digits near zero if they are computed as they are written (Kahan's corrections).</summary>
internal static class NearZero
{
    /// <summary>exp(x) − 1.</summary>
    public static T Expm1<T>(T x)
        where T : IFloatingPointIeee754<T>
    {
        T power = T.Exp(x), minusOne = power - T.One;
        return power == T.One ? x
            : minusOne == -T.One || !T.IsFinite(power) ? minusOne
            : minusOne * (x / T.Log(power));
    }

    /// <summary>log(1 + x).</summary>
    public static T Log1p<T>(T x)
        where T : IFloatingPointIeee754<T>
    {
        T sum = T.One + x;
        return sum == T.One ? x : T.IsPositiveInfinity(sum) ? sum : T.Log(sum) * (x / (sum - T.One));
    }
}
