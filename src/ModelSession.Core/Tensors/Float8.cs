namespace ModelSessions;

/// <summary>The values of 8-bit floats.</summary>
internal static class Float8
{
    /// <summary>5 exponent and 2 mantissa bits: the upper half of a 16-bit float.</summary>
    public static Half FromE5M2(byte bits) => BitConverter.UInt16BitsToHalf((ushort)(bits << 8));

    /// <summary>4 exponent and 3 mantissa bits; no infinities, and all ones is NaN.</summary>
    public static float FromE4M3(byte bits)
    {
        const int bias = 7, mantissaBits = 3;
        int exponent = (bits >> mantissaBits) & 0xF, mantissa = bits & 7;
        float magnitude = (exponent, mantissa) switch
        {
            (0xF, 7) => float.NaN,
            (0, _) => MathF.ScaleB(mantissa, 1 - bias - mantissaBits),
            _ => MathF.ScaleB(mantissa + 8, exponent - bias - mantissaBits),
        };
        return bits >= 0x80 ? -magnitude : magnitude;
    }
}
