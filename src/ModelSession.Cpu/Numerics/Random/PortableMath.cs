namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>Logarithm, sine and cosine of floats with the bits of the C library that TensorFlow's normal numbers are made with,
/// on every platform. Evaluated in double by short polynomials, fused where that library's are; the constants are its own,
/// since other ones would give other last bits.</summary>
internal static class PortableMath
{
    private const double HalfPi = 1.5707963267948966;

    // 2/π · 2²⁴
    private const double QuadrantScale = 10680707.430881744;

    // Sixteen intervals of [0.7, 1.4): near the middle of each a c, as 1/c and log(c).
    private static readonly (double Inverse, double Log)[] Intervals =
    [
        (Bits(0x3FF661EC79F8F3BE), Bits(0xBFD57BF7808CAADE)),
        (Bits(0x3FF571ED4AAF883D), Bits(0xBFD2BEF0A7C06DDB)),
        (Bits(0x3FF49539F0F010B0), Bits(0xBFD01EAE7F513A67)),
        (Bits(0x3FF3C995B0B80385), Bits(0xBFCB31D8A68224E9)),
        (Bits(0x3FF30D190C8864A5), Bits(0xBFC6574F0AC07758)),
        (Bits(0x3FF25E227B0B8EA0), Bits(0xBFC1AA2BC79C8100)),
        (Bits(0x3FF1BB4A4A1A343F), Bits(0xBFBA4E76CE8C0E5E)),
        (Bits(0x3FF12358F08AE5BA), Bits(0xBFB1973C5A611CCC)),
        (Bits(0x3FF0953F419900A7), Bits(0xBFA252F438E10C1E)),
        (1, 0),
        (Bits(0x3FEE608CFD9A47AC), Bits(0x3FAAA5AA5DF25984)),
        (Bits(0x3FECA4B31F026AA0), Bits(0x3FBC5E53AA362EB4)),
        (Bits(0x3FEB2036576AFCE6), Bits(0x3FC526E57720DB08)),
        (Bits(0x3FE9C2D163A1AA2D), Bits(0x3FCBC2860D224770)),
        (Bits(0x3FE886E6037841ED), Bits(0x3FD1058BC8A07EE1)),
        (Bits(0x3FE767DCF5534862), Bits(0x3FD4043057B6EE09)),
    ];

    private static readonly double LogTerm2 = Bits(0xBFDFFFFEF20A4123);
    private static readonly double LogTerm3 = Bits(0x3FD5575B0BE00B6A);
    private static readonly double LogTerm4 = Bits(0xBFD00EA348B88334);
    private static readonly double Ln2 = Bits(0x3FE62E42FEFA39EF);
    private static readonly double SineTerm3 = Bits(0xBFC555545995A603);
    private static readonly double SineTerm5 = Bits(0x3F81107605230BC4);
    private static readonly double SineTerm7 = Bits(0xBF2994EB3774CF24);
    private static readonly double CosineTerm2 = Bits(0xBFDFFFFFFD0C621C);
    private static readonly double CosineTerm4 = Bits(0x3FA55553E1068F19);
    private static readonly double CosineTerm6 = Bits(0xBF56C087E89A359D);
    private static readonly double CosineTerm8 = Bits(0x3EF99343027BF8C3);

    /// <summary>The natural logarithm of a normal positive number.</summary>
    public static float Log(float x)
    {
        uint bits = BitConverter.SingleToUInt32Bits(x);
        if (bits == 0x3F800000)
        {
            return 0;
        }

        // x = 2^k · z, z in [0.7, 1.4).
        uint offset = bits - 0x3F330000;
        (double inverse, double log) = Intervals[(offset >> 19) & 15];
        int k = (int)offset >> 23;
        double z = BitConverter.UInt32BitsToSingle(bits - (offset & 0xFF800000));
        double r = double.FusedMultiplyAdd(z, inverse, -1);
        double high = double.FusedMultiplyAdd(k, Ln2, log);
        double square = r * r;
        double y = double.FusedMultiplyAdd(LogTerm3, r, LogTerm2);
        y = double.FusedMultiplyAdd(LogTerm4, square, y);
        return (float)double.FusedMultiplyAdd(y, square, high + r);
    }

    /// <summary>Sine and cosine of an angle between −120 and 120.</summary>
    public static (float Sine, float Cosine) SinCos(float angle)
    {
        double x = angle;
        if (MathF.Abs(angle) < 0.78515625f)
        {
            // Up to the first float of π/4's leading bits no quadrant is taken off.
            return MathF.Abs(angle) < 0.000244140625f
                ? (angle, 1)
                : ((float)SinePolynomial(x, x * x), (float)CosinePolynomial(x * x, 1));
        }

        int quadrant = ((int)(x * QuadrantScale) + 0x800000) >> 24;
        x = double.FusedMultiplyAdd(-quadrant, HalfPi, x);
        double square = x * x;
        // Quadrant 1 and 2 of the sine turn x, 2 and 3 turn the cosine.
        double sign = (quadrant & 3) is 1 or 2 ? -1 : 1;
        double half = (quadrant & 2) != 0 ? -1 : 1;
        float odd = (float)SinePolynomial(x * sign, square);
        float even = (float)CosinePolynomial(square, half);
        return (quadrant & 1) == 0 ? (odd, even) : (even, odd);
    }

    private static double SinePolynomial(double x, double square)
    {
        double cube = x * square;
        double tail = double.FusedMultiplyAdd(square, SineTerm7, SineTerm5);
        double head = double.FusedMultiplyAdd(cube, SineTerm3, x);
        return double.FusedMultiplyAdd(cube * square, tail, head);
    }

    private static double CosinePolynomial(double square, double sign)
    {
        double fourth = square * square;
        double tail = double.FusedMultiplyAdd(square, sign * CosineTerm8, sign * CosineTerm6);
        double head = double.FusedMultiplyAdd(square, sign * CosineTerm2, sign);
        head = double.FusedMultiplyAdd(fourth, sign * CosineTerm4, head);
        return double.FusedMultiplyAdd(fourth * square, tail, head);
    }

    private static double Bits(ulong bits) => BitConverter.UInt64BitsToDouble(bits);
}
