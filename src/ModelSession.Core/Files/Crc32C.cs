using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelSessions.Files;

/// <summary>CRC-32C (Castagnoli), which TensorFlow's tables, bundles and records carry.</summary>
internal static class Crc32C
{
    private const uint Polynomial = 0x82F63B78;

    private static readonly uint[] s_table = MakeTable();

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

    /// <summary>LevelDB's mask: a checksum that is stored is not the checksum of what contains it.</summary>
    public static uint Mask(uint crc) => ((crc >> 15) | (crc << 17)) + 0xA282EAD8;

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
