namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>A permutation of the numbers up to a largest one, without a table: a small Simon block cipher, walked on until its result is
/// among them.</summary>
internal static class IndexCipher
{
    private const int LeastBlock = 16;
    private const ulong KeyConstant = 0xFFFFFFFC, KeyBits = 0x7369F885192C0EF5;

    /// <summary>Where an index goes.</summary>
    /// <param name="index">The index.</param>
    /// <param name="seed">Three words.</param>
    /// <param name="largest">The last index.</param>
    /// <param name="rounds">Rounds of the cipher, an even number of 4 at least.</param>
    /// <param name="cancel">Ends long walks.</param>
    /// <exception cref="EngineException">The index is not among those that are permuted.</exception>
    public static ulong Permute(ulong index, ReadOnlySpan<uint> seed, ulong largest, int rounds, CancellationToken cancel)
    {
        if (largest == 0)
        {
            return 0;
        }

        int block = (int)Math.Ceiling(Math.Log2(largest));
        int width = Math.Min(Math.Max(block + block % 2, LeastBlock), 64) / 2;
        Span<ulong> keys = stackalloc ulong[rounds];
        Schedule(keys, seed, width);
        ulong start = width == 32 ? index : index & ((1UL << (2 * width)) - 1), at = start;
        for (uint steps = 1; ; steps++)
        {
            at = Encrypt(at, keys, width);
            if (at <= largest)
            {
                return at;
            }

            if (at == start)
            {
                throw new EngineException(StatusCode.InvalidArgument, $"The index {index} is not between 0 and {largest}.");
            }

            if (steps % (1 << 16) == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }
        }
    }

    private static void Schedule(Span<ulong> keys, ReadOnlySpan<uint> seed, int width)
    {
        ulong mask = (1UL << width) - 1, bits = KeyBits & mask;
        for (int i = 0; i < keys.Length; i++)
        {
            if (i < seed.Length)
            {
                keys[i] = seed[i] & mask;
                continue;
            }

            keys[i] = (KeyConstant & mask) ^ (bits & 1) ^ keys[i - 3] ^ RotateRight(keys[i - 1], 3, width) ^ RotateRight(keys[i - 1], 4, width);
            bits >>= 1;
        }
    }

    private static ulong Encrypt(ulong value, ReadOnlySpan<ulong> keys, int width)
    {
        ulong mask = (1UL << width) - 1, left = (value >> width) & mask, right = value & mask;
        for (int i = 0; i < keys.Length; i += 2)
        {
            left ^= Mix(right, width) ^ keys[i];
            right ^= Mix(left, width) ^ keys[i + 1];
        }

        return (left << width) | right;
    }

    private static ulong Mix(ulong x, int width) => (RotateLeft(x, 1, width) & RotateLeft(x, 8, width)) ^ RotateLeft(x, 2, width);

    private static ulong RotateLeft(ulong x, int by, int width) => ((x << by) | (x >> (width - by))) & ((1UL << width) - 1);

    private static ulong RotateRight(ulong x, int by, int width) => ((x >> by) | (x << (width - by))) & ((1UL << width) - 1);
}
