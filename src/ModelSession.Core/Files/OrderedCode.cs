using System.Buffers.Binary;

namespace ModelSessions.Files;

/// <summary>The keys of slices in both checkpoint formats: name and place of a slice, encoded so that keys sort as what they mean.</summary>
internal static class OrderedCode
{
    /// <summary>The key of one slice of a tensor. An extent over a whole dimension has the length −1.</summary>
    public static byte[] SliceKey(ReadOnlySpan<byte> name, TensorSlice slice)
    {
        ByteWriter key = new();
        // The number 0: no bytes. Keys of slices so come before all names.
        key.WriteByte(0);
        WriteString(key, name);
        WriteNumber(key, (ulong)slice.Rank);
        for (int axis = 0; axis < slice.Rank; axis++)
        {
            WriteSigned(key, slice.Start(axis));
            WriteSigned(key, slice.Length(axis));
        }

        return key.Written.ToArray();
    }

    // 0x00 and 0xff are escaped, so that the end, 00 01, sorts before every continuation.
    private static void WriteString(ByteWriter key, ReadOnlySpan<byte> text)
    {
        foreach (byte value in text)
        {
            key.WriteByte(value);
            if (value is 0)
            {
                key.WriteByte(0xFF);
            }
            else if (value is 0xFF)
            {
                key.WriteByte(0);
            }
        }

        key.WriteByte(0);
        key.WriteByte(1);
    }

    private static void WriteNumber(ByteWriter key, ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        ReadOnlySpan<byte> significant = bytes.TrimStart((byte)0);
        key.WriteByte((byte)significant.Length);
        key.Write(significant);
    }

    // n bytes hold 7n−1 bits of two's complement; the first bits are n ones and a zero, all inverted for negative numbers.
    private static void WriteSigned(ByteWriter key, long value)
    {
        const int longest = 10;
        ulong magnitude = (ulong)(value < 0 ? ~value : value);
        int length = 1;
        while (length < longest && magnitude >= 1UL << (7 * length - 1))
        {
            length++;
        }

        Span<byte> bytes = stackalloc byte[longest];
        bytes.Fill(value < 0 ? (byte)0xFF : (byte)0);
        BinaryPrimitives.WriteInt64BigEndian(bytes[^sizeof(long)..], value);
        bytes = bytes[^length..];
        bytes[0] ^= length < 8 ? (byte)(0xFF << (8 - length)) : (byte)0xFF;
        if (length > 8)
        {
            bytes[1] ^= (byte)(0xFF << (16 - length));
        }

        key.Write(bytes);
    }
}
