using System.Buffers.Binary;

namespace ModelSessions.Files;

/// <summary>What stands around a record's bytes: their number and its checksum before them, their own checksum behind them.</summary>
internal static class TFRecordFrame
{
    /// <summary>The size of the number and its checksum.</summary>
    public const int HeaderSize = sizeof(ulong) + sizeof(uint);

    /// <summary>The size of the checksum behind.</summary>
    public const int FooterSize = sizeof(uint);

    /// <summary>Whether the checksum in a header is that of its number.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> header) => IsChecksum(header[..sizeof(ulong)], header[sizeof(ulong)..]);

    /// <summary>Whether a stored checksum is that of some bytes.</summary>
    public static bool IsChecksum(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> checksum) =>
        BinaryPrimitives.ReadUInt32LittleEndian(checksum) == Crc32C.Mask(Crc32C.Of(bytes));

    /// <summary>Writes the header of a record.</summary>
    public static void WriteHeader(Span<byte> header, int length)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)length);
        WriteChecksum(header[sizeof(ulong)..], header[..sizeof(ulong)]);
    }

    /// <summary>Writes the checksum of some bytes.</summary>
    public static void WriteChecksum(Span<byte> checksum, ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32C.Mask(Crc32C.Of(bytes)));
}
