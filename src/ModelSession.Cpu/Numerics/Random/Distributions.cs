namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>Numbers made of a block's words: TensorFlow's formulas.</summary>
internal static class Distributions
{
    // What keeps the logarithm finite; a float in all types.
    private const float Smallest = 1e-7f;

    /// <summary>In [0, 1), 23 bits.</summary>
    public static float Uniform(uint word) => BitConverter.UInt32BitsToSingle((word & 0x7FFFFF) | 0x3F800000) - 1;

    /// <summary>In [0, 1), 52 bits.</summary>
    public static double Uniform(uint word0, uint word1) =>
        BitConverter.UInt64BitsToDouble(((ulong)(word0 & 0xFFFFF) << 32) | word1 | 0x3FF0000000000000) - 1;

    /// <summary>In [0, 1), 10 bits.</summary>
    public static Half UniformHalf(uint word) => (Half)((float)BitConverter.UInt16BitsToHalf((ushort)((word & 0x3FF) | 0x3C00)) - 1);

    /// <summary>In [0, 1), 7 bits.</summary>
    public static BFloat16 UniformBFloat16(uint word) => (BFloat16)(new BFloat16((ushort)((word & 0x7F) | 0x3F80)) - 1f);

    /// <summary>Two normal numbers (Box-Muller).</summary>
    public static (float First, float Second) Normal(uint word0, uint word1)
    {
        float u1 = MathF.Max(Uniform(word0), Smallest);
        float angle = (float)(2 * Math.PI * Uniform(word1));
        float radius = MathF.Sqrt(-2 * PortableMath.Log(u1));
        (float sine, float cosine) = PortableMath.SinCos(angle);
        return (sine * radius, cosine * radius);
    }

    /// <summary>Two normal numbers (Box-Muller).</summary>
    public static (double First, double Second) Normal(uint word0, uint word1, uint word2, uint word3)
    {
        double u1 = Math.Max(Uniform(word0, word1), Smallest);
        double angle = 2 * Math.PI * Uniform(word2, word3);
        double radius = Math.Sqrt(-2 * Math.Log(u1));
        return (Math.Sin(angle) * radius, Math.Cos(angle) * radius);
    }
}
