using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelSessions.Files;

/// <summary>CRC-32C (Castagnoli), which TensorFlow's tables, bundles and records carry.</summary>
internal static class Crc32C
{
    private const uint Polynomial = 0x82F63B78;
    private const uint MaskDelta = 0xA282EAD8;

    private const uint One = 1u << 31;
    private const int StreamSize = 1 << 13;
    private const int StreamWords = StreamSize / sizeof(ulong);

    private static readonly uint[] s_table = MakeTable();
    private static readonly uint s_streamPower = Power(StreamSize);

    /// <summary>The checksum of <paramref name="bytes"/>; pass the checksum of what stands before them to go on.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        if (Sse42.X64.IsSupported)
        {
            return ~AppendX64(~crc, bytes);
        }

        return Crc32.Arm64.IsSupported ? ~AppendArm64(~crc, bytes) : AppendSoftware(crc, bytes);
    }

    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of two parts put together, from those of each.</summary>
    public static uint Combine(uint first, uint second, long secondLength) => Multiply(Power(secondLength), first) ^ second;

    /// <summary>LevelDB's mask: a checksum that is stored is not the checksum of what contains it.</summary>
    public static uint Mask(uint crc) => ((crc >> 15) | (crc << 17)) + MaskDelta;

    /// <summary>The checksum that <see cref="Mask"/> masked.</summary>
    public static uint Unmask(uint masked)
    {
        uint rotated = masked - MaskDelta;
        return (rotated >> 17) | (rotated << 15);
    }

    /// <summary>The scalar twin of the processor's instruction.</summary>
    internal static uint AppendSoftware(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint state = ~crc;
        foreach (byte value in bytes)
        {
            state = s_table[(byte)(state ^ value)] ^ (state >> 8);
        }

        return ~state;
    }

    private static uint AppendX64(uint state, ReadOnlySpan<byte> bytes)
    {
        // The instruction takes three cycles, and one can begin in each: three streams at a time.
        while (bytes.Length >= 3 * StreamSize)
        {
            ref ulong words = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ulong>(bytes));
            ulong first = state, second = 0, third = 0;
            for (int i = 0; i < StreamWords; i++)
            {
                first = Sse42.X64.Crc32(first, Unsafe.Add(ref words, i));
                second = Sse42.X64.Crc32(second, Unsafe.Add(ref words, i + StreamWords));
                third = Sse42.X64.Crc32(third, Unsafe.Add(ref words, i + 2 * StreamWords));
            }

            uint joined = Multiply(s_streamPower, (uint)first) ^ (uint)second;
            state = Multiply(s_streamPower, joined) ^ (uint)third;
            bytes = bytes[(3 * StreamSize)..];
        }

        return AppendOneStream(state, bytes);
    }

    private static uint AppendOneStream(uint state, ReadOnlySpan<byte> bytes)
    {
        ulong wide = state;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            wide = Sse42.X64.Crc32(wide, word);
        }

        state = (uint)wide;
        foreach (byte value in bytes[(words.Length * sizeof(ulong))..])
        {
            state = Sse42.Crc32(state, value);
        }

        return state;
    }

    private static uint AppendArm64(uint state, ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        for (; at <= bytes.Length - sizeof(ulong); at += sizeof(ulong))
        {
            state = Crc32.Arm64.ComputeCrc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
        }

        foreach (byte value in bytes[at..])
        {
            state = Crc32.ComputeCrc32C(state, value);
        }

        return state;
    }

    // Checksums are polynomials over GF(2), the highest bit for x⁰: what follows n bytes moves them up by x⁸ⁿ.
    private static uint Power(long bytes)
    {
        uint result = One, square = One >> 8;
        for (long n = bytes; n != 0; n >>= 1)
        {
            result = (n & 1) != 0 ? Multiply(square, result) : result;
            square = Multiply(square, square);
        }

        return result;
    }

    private static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (; a != 0; a <<= 1)
        {
            product ^= (a & One) != 0 ? b : 0;
            b = (b >> 1) ^ ((b & 1) * Polynomial);
        }

        return product;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) * Polynomial);
            }

            table[i] = value;
        }

        return table;
    }
}
