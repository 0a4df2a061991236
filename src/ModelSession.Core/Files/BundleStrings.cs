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
    public static uint Read(SafeFileHandle file, BundleEntry entry, Span<object?> values)
    {
        byte[] stored = new byte[entry.ByteLength];
        ChecksumReader.ReadExactly(file, stored, entry.Offset);
        return Parse(stored, entry.Offset, values);
    }

    /// <summary>Fills elements from their stored bytes; the checksum of the whole.</summary>
    public static uint Parse(ReadOnlySpan<byte> stored, long origin, Span<object?> values)
    {
        ByteReader reader = new(stored, origin);
        ulong[] lengths = new ulong[values.Length];
        uint crc = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = reader.ReadVarint("a string's length");
            crc = AppendLength(crc, lengths[i]);
        }

        long position = reader.Position;
        ReadOnlySpan<byte> check = reader.Read(sizeof(uint), "the checksum of the lengths");
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(check);
        if (expected != Crc32C.Mask(crc))
        {
            throw ModelFileException.At(position, $"string lengths with the checksum {expected:x8}", $"{Crc32C.Mask(crc):x8}");
        }

        crc = Crc32C.Append(crc, check);
        for (int i = 0; i < lengths.Length; i++)
        {
            ReadOnlySpan<byte> content = reader.Read(lengths[i], "a string");
            crc = Crc32C.Append(crc, content);
            values[i] = content.ToArray();
        }

        return reader.Left == 0 ? crc : throw ModelFileException.At(reader.Position, "the end of the strings", $"{reader.Left:n0} bytes more");
    }

    private static uint AppendLength(uint crc, ulong length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        return Crc32C.Append(crc, length <= uint.MaxValue ? bytes[..sizeof(uint)] : bytes);
    }
}
