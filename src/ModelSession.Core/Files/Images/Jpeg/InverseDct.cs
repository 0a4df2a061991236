namespace ModelSessions.Files;

/// <summary>From coefficients to samples with libjpeg-turbo's integers: the accurate transform, the fast one, and those that make smaller blocks.</summary>
internal static class InverseDct
{
    private const int Bits = 13, FirstBits = 2;

    private static readonly int[] s_fastScales = [.. Enumerable.Range(0, 64).Select(place => (int)Math.Round((1 << 14) * FastScale(place / 8) * FastScale(place % 8)))];

    /// <summary>Makes the samples of a block.</summary>
    /// <param name="block">64 coefficients.</param>
    /// <param name="steps">What they are multiplied with.</param>
    /// <param name="target">Where the first sample goes.</param>
    /// <param name="stride">From a row of samples to the next.</param>
    public delegate void Transform(ReadOnlySpan<short> block, ReadOnlySpan<int> steps, Span<byte> target, int stride);

    /// <summary>The transform that makes blocks of a size.</summary>
    public static Transform Of(int size, bool fast) => size switch
    {
        8 => fast ? Fast : Accurate,
        4 => Half,
        2 => Quarter,
        _ => Eighth,
    };

    /// <summary>Factors of coefficients.</summary>
    public static int[] Steps(ushort[] quantization, int size, bool fast)
    {
        int[] steps = new int[64];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = fast && size == 8 ? FastStep(quantization[i], i) : quantization[i];
        }

        return steps;
    }

    // The fast transform leaves a factor of each row and column to the quantization.
    private static double FastScale(int frequency) => frequency == 0 ? 1 : Math.Cos(frequency * Math.PI / 16) * Math.Sqrt(2);

    private static int FastStep(int step, int place) => (step * s_fastScales[place] + (1 << 11)) >> 12;

    private static byte Sample(int value) => (byte)Math.Clamp(value + 128, 0, 255);

    private static int Descale(int value, int bits) => (value + (1 << (bits - 1))) >> bits;

    // The product that 16-bit multipliers give.
    private static int Product(short coefficient, int step) => (short)(coefficient * step);

    private static bool IsFlat(ReadOnlySpan<short> block) => block[1..].IndexOfAnyExcept((short)0) < 0;

    private static void Fill(Span<byte> target, int stride, int size, byte value)
    {
        for (int y = 0; y < size; y++)
        {
            target.Slice(y * stride, size).Fill(value);
        }
    }

    private static void Accurate(ReadOnlySpan<short> block, ReadOnlySpan<int> steps, Span<byte> target, int stride)
    {
        if (IsFlat(block))
        {
            Fill(target, stride, 8, Sample(Descale(Product(block[0], steps[0]) << FirstBits, FirstBits + 3)));
            return;
        }

        Span<int> work = stackalloc int[64];
        Span<int> line = stackalloc int[8];
        for (int x = 0; x < 8; x++)
        {
            for (int k = 0; k < 8; k++)
            {
                line[k] = Product(block[8 * k + x], steps[8 * k + x]);
            }

            AccurateLine(line, Bits - FirstBits);
            for (int k = 0; k < 8; k++)
            {
                work[8 * k + x] = Math.Clamp(line[k], short.MinValue, short.MaxValue);
            }
        }

        for (int y = 0; y < 8; y++)
        {
            Span<int> row = work.Slice(8 * y, 8);
            AccurateLine(row, Bits + FirstBits + 3);
            Span<byte> samples = target.Slice(y * stride, 8);
            for (int k = 0; k < 8; k++)
            {
                samples[k] = Sample(row[k]);
            }
        }
    }

    // Loeffler, Ligtenberg and Moschytz: 12 products with constants of 13 bits.
    private static void AccurateLine(Span<int> v, int shift)
    {
        int even = (v[2] + v[6]) * 4433;
        int e2 = even - v[6] * 15137, e3 = even + v[2] * 6270;
        int e0 = (short)(v[0] + v[4]) << Bits, e1 = (short)(v[0] - v[4]) << Bits;
        int a0 = e0 + e3, a3 = e0 - e3, a1 = e1 + e2, a2 = e1 - e2;

        int z37 = (short)(v[7] + v[3]), z15 = (short)(v[5] + v[1]), odd = (z37 + z15) * 9633;
        int s37 = odd - z37 * 16069, s15 = odd - z15 * 3196;
        int s17 = (v[7] + v[1]) * -7373, s35 = (v[5] + v[3]) * -20995;
        int o0 = v[7] * 2446 + s17 + s37, o1 = v[5] * 16819 + s35 + s15, o2 = v[3] * 25172 + s35 + s37, o3 = v[1] * 12299 + s17 + s15;

        (v[0], v[7]) = (Descale(a0 + o3, shift), Descale(a0 - o3, shift));
        (v[1], v[6]) = (Descale(a1 + o2, shift), Descale(a1 - o2, shift));
        (v[2], v[5]) = (Descale(a2 + o1, shift), Descale(a2 - o1, shift));
        (v[3], v[4]) = (Descale(a3 + o0, shift), Descale(a3 - o0, shift));
    }

    private static void Fast(ReadOnlySpan<short> block, ReadOnlySpan<int> steps, Span<byte> target, int stride)
    {
        if (IsFlat(block))
        {
            Fill(target, stride, 8, Sample(Product(block[0], steps[0]) >> (FirstBits + 3)));
            return;
        }

        Span<int> work = stackalloc int[64];
        Span<int> line = stackalloc int[8];
        for (int x = 0; x < 8; x++)
        {
            for (int k = 0; k < 8; k++)
            {
                line[k] = Product(block[8 * k + x], steps[8 * k + x]);
            }

            FastLine(line);
            for (int k = 0; k < 8; k++)
            {
                work[8 * k + x] = line[k];
            }
        }

        for (int y = 0; y < 8; y++)
        {
            Span<int> row = work.Slice(8 * y, 8);
            FastLine(row);
            Span<byte> samples = target.Slice(y * stride, 8);
            for (int k = 0; k < 8; k++)
            {
                samples[k] = Sample(row[k] >> (FirstBits + 3));
            }
        }
    }

    // Arai, Agui and Nakajima: 5 products with constants of 8 bits, cut off.
    private static void FastLine(Span<int> v)
    {
        short a0 = Sum(v[0], v[4]), a1 = Sum(v[0], -v[4]), a3 = Sum(v[2], v[6]), a2 = Sum(Multiply(Sum(v[2], -v[6]), 362), -a3);
        short e0 = Sum(a0, a3), e3 = Sum(a0, -a3), e1 = Sum(a1, a2), e2 = Sum(a1, -a2);

        short z13 = Sum(v[5], v[3]), z10 = Sum(v[5], -v[3]), z11 = Sum(v[1], v[7]), z12 = Sum(v[1], -v[7]);
        short o7 = Sum(z11, z13), b1 = Multiply(Sum(z11, -z13), 362), z5 = Multiply(Sum(z10, z12), 473);
        short b0 = Sum(Multiply(z12, 277), -z5), b2 = Sum(Sum(Multiply(z10, 256 - 669), -z10), z5);
        short o6 = Sum(b2, -o7), o5 = Sum(b1, -o6), o4 = Sum(b0, o5);

        (v[0], v[7]) = (Sum(e0, o7), Sum(e0, -o7));
        (v[1], v[6]) = (Sum(e1, o6), Sum(e1, -o6));
        (v[2], v[5]) = (Sum(e2, o5), Sum(e2, -o5));
        (v[4], v[3]) = (Sum(e3, o4), Sum(e3, -o4));
    }

    private static short Sum(int a, int b) => (short)(a + b);

    // As 16-bit multipliers do it: two bits up, the product's upper half. What no encoder makes overflows the same way.
    private static short Multiply(short value, int factor) => (short)(((short)(value << 2) * (factor << 6)) >> 16);

    private static void Half(ReadOnlySpan<short> block, ReadOnlySpan<int> steps, Span<byte> target, int stride)
    {
        Span<int> work = stackalloc int[32];
        Span<int> line = stackalloc int[8];
        for (int x = 0; x < 8; x++)
        {
            for (int k = 0; k < 8; k++)
            {
                line[k] = Product(block[8 * k + x], steps[8 * k + x]);
            }

            HalfLine(line, Bits - FirstBits + 1);
            for (int k = 0; k < 4; k++)
            {
                work[8 * k + x] = line[k];
            }
        }

        for (int y = 0; y < 4; y++)
        {
            Span<int> row = work.Slice(8 * y, 8);
            HalfLine(row, Bits + FirstBits + 3 + 1);
            for (int k = 0; k < 4; k++)
            {
                target[y * stride + k] = Sample(row[k]);
            }
        }
    }

    private static void HalfLine(Span<int> v, int shift)
    {
        int mean = v[0] << (Bits + 1), even = v[2] * 15137 - v[6] * 6270;
        int a0 = mean + even, a1 = mean - even;
        int o0 = v[7] * -1730 + v[5] * 11893 - v[3] * 17799 + v[1] * 8697;
        int o1 = v[7] * -4176 - v[5] * 4926 + v[3] * 7373 + v[1] * 20995;
        (v[0], v[3]) = (Descale(a0 + o1, shift), Descale(a0 - o1, shift));
        (v[1], v[2]) = (Descale(a1 + o0, shift), Descale(a1 - o0, shift));
    }

    private static void Quarter(ReadOnlySpan<short> block, ReadOnlySpan<int> steps, Span<byte> target, int stride)
    {
        Span<int> work = stackalloc int[16];
        Span<int> line = stackalloc int[8];
        for (int x = 0; x < 8; x++)
        {
            for (int k = 0; k < 8; k++)
            {
                line[k] = Product(block[8 * k + x], steps[8 * k + x]);
            }

            (work[x], work[8 + x]) = QuarterLine(line, Bits - FirstBits + 2);
        }

        for (int y = 0; y < 2; y++)
        {
            (int left, int right) = QuarterLine(work.Slice(8 * y, 8), Bits + FirstBits + 3 + 2);
            (target[y * stride], target[y * stride + 1]) = (Sample(left), Sample(right));
        }
    }

    private static (int First, int Second) QuarterLine(ReadOnlySpan<int> v, int shift)
    {
        int mean = v[0] << (Bits + 2), odd = v[7] * -5906 + v[5] * 6967 - v[3] * 10426 + v[1] * 29692;
        return (Descale(mean + odd, shift), Descale(mean - odd, shift));
    }

    // The only one that has no 16-bit form: values far outside come round every 1024.
    private static void Eighth(ReadOnlySpan<short> block, ReadOnlySpan<int> steps, Span<byte> target, int stride)
    {
        int mean = Descale(block[0] * steps[0], 3) & 1023;
        target[0] = Sample(mean < 512 ? mean : mean - 1024);
    }
}
