using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace ModelSessions.Files;

/// <summary>String tensors in a bundle: all lengths, a checksum of them, then the contents.</summary>
internal static class BundleStrings
{
    /// <summary>The bytes before the contents, and the running checksum up to there. It covers fixed-width lengths, not the varints.</summary>
    public static (byte[] Head, uint Crc) Head(ReadOnlySpan<object?> values)
    {
        ByteWriter head = new();
        uint crc = 0;
        foreach (object? value in values)
        {
            int length = ((byte[]?)value)?.Length ?? 0;
            head.WriteVarint((ulong)length);
            crc = AppendLength(crc, (ulong)length);
        }

        head.WriteUInt32(Crc32C.Mask(crc));
        return (head.Written.ToArray(), Crc32C.Append(crc, head.Written[^sizeof(uint)..]));
    }

    /// <summary>Fills elements from a data file; the checksum of the whole. The entry was compared with the file's length.</summary>
    /// <exception cref="UnsupportedFeatureException">A string is larger than an array can be.</exception>
    public static uint Read(SafeFileHandle file, BundleEntry entry, Span<object?> values)
    {
        ChecksumReader reader = new(file, entry.Offset, entry.ByteLength);
        ulong[] lengths = new ulong[values.Length];
        uint crc = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = ReadVarint(reader, entry);
            crc = AppendLength(crc, lengths[i]);
        }

        Span<byte> check = stackalloc byte[sizeof(uint)];
        long position = End(entry) - reader.Left;
        Demand(reader, entry, sizeof(uint), "the checksum of the lengths");
        reader.Read(check);
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(check);
        if (expected != Crc32C.Mask(crc))
        {
            throw ModelFileException.At(position, $"string lengths with the checksum {expected:x8}", $"{Crc32C.Mask(crc):x8}");
        }

        crc = Crc32C.Append(crc, check);
        for (int i = 0; i < lengths.Length; i++)
        {
            Demand(reader, entry, lengths[i], "a string");
            byte[] content = lengths[i] <= (ulong)Array.MaxLength
                ? new byte[lengths[i]]
                : throw new UnsupportedFeatureException($"The tensor '{entry.Name}' has a string of {lengths[i]:n0} bytes; at most {Array.MaxLength:n0} can be read. The other tensors can be.", "large string");
            reader.Read(content);
            crc = Crc32C.Append(crc, content);
            values[i] = content;
        }

        return reader.Left == 0 ? crc : throw ModelFileException.At(End(entry) - reader.Left, "the end of the strings", $"{reader.Left:n0} bytes more");
    }

    private static long End(BundleEntry entry) => entry.Offset + entry.ByteLength;

    private static ulong ReadVarint(ChecksumReader reader, BundleEntry entry)
    {
        const string what = "a string's length";
        ulong value = 0;
        Span<byte> next = stackalloc byte[1];
        for (int shift = 0; shift < 64; shift += 7)
        {
            Demand(reader, entry, 1, what);
            reader.Read(next);
            value |= (ulong)(next[0] & 0x7F) << shift;
            if (next[0] < 0x80)
            {
                return value;
            }
        }

        throw ModelFileException.At(End(entry) - reader.Left, what, "a number of more than 64 bits");
    }

    private static void Demand(ChecksumReader reader, BundleEntry entry, ulong count, string what)
    {
        if (count > (ulong)reader.Left)
        {
            throw ModelFileException.At(End(entry) - reader.Left, $"{what} of {count:n0} bytes", $"{reader.Left:n0} bytes that are left");
        }
    }

    private static uint AppendLength(uint crc, ulong length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        return Crc32C.Append(crc, length <= uint.MaxValue ? bytes[..sizeof(uint)] : bytes);
    }
}
