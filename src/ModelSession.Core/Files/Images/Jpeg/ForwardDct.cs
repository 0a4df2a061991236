namespace ModelSessions.Files;

/// <summary>From samples to quantized coefficients with libjpeg's accurate integer transform.</summary>
internal static class ForwardDct
{
    private const int Bits = 13, FirstBits = 2;

    /// <summary>Transforms a block.</summary>
    /// <param name="samples">The block's first sample and what follows.</param>
    /// <param name="stride">From a row of samples to the next.</param>
    /// <param name="steps">What coefficients are divided by.</param>
    /// <param name="block">64 coefficients, row by row.</param>
    public static void Transform(ReadOnlySpan<byte> samples, int stride, ReadOnlySpan<ushort> steps, Span<short> block)
    {
        Span<int> work = stackalloc int[64];
        Span<int> line = stackalloc int[8];
        for (int y = 0; y < 8; y++)
        {
            for (int x = 0; x < 8; x++)
            {
                work[8 * y + x] = samples[y * stride + x] - 128;
            }

            Line(work.Slice(8 * y, 8), -FirstBits, Bits - FirstBits);
        }

        for (int x = 0; x < 8; x++)
        {
            for (int y = 0; y < 8; y++)
            {
                line[y] = work[8 * y + x];
            }

            Line(line, FirstBits, Bits + FirstBits);
            for (int y = 0; y < 8; y++)
            {
                block[8 * y + x] = Quantize(line[y], steps[8 * y + x] << 3);
            }
        }
    }

    private static short Quantize(int value, int step)
    {
        int size = (Math.Abs(value) + step / 2) / step;
        return (short)(value < 0 ? -size : size);
    }

    private static int Descale(int value, int bits) => bits < 0 ? value << -bits : (value + (1 << (bits - 1))) >> bits;

    private static void Line(Span<int> v, int evenShift, int shift)
    {
        int s0 = v[0] + v[7], d7 = v[0] - v[7], s1 = v[1] + v[6], d6 = v[1] - v[6];
        int s2 = v[2] + v[5], d5 = v[2] - v[5], s3 = v[3] + v[4], d4 = v[3] - v[4];

        int e0 = s0 + s3, e3 = s0 - s3, e1 = s1 + s2, e2 = s1 - s2, even = (e2 + e3) * 4433;
        v[0] = Descale(e0 + e1, evenShift);
        v[4] = Descale(e0 - e1, evenShift);
        v[2] = Descale(even + e3 * 6270, shift);
        v[6] = Descale(even - e2 * 15137, shift);

        int odd = (d4 + d6 + d5 + d7) * 9633;
        int z1 = (d4 + d7) * -7373, z2 = (d5 + d6) * -20995, z3 = odd - (d4 + d6) * 16069, z4 = odd - (d5 + d7) * 3196;
        v[7] = Descale(d4 * 2446 + z1 + z3, shift);
        v[5] = Descale(d5 * 16819 + z2 + z4, shift);
        v[3] = Descale(d6 * 25172 + z2 + z3, shift);
        v[1] = Descale(d7 * 12299 + z1 + z4, shift);
    }
}
