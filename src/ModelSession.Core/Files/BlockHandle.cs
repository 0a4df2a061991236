namespace ModelSessions.Files;

/// <summary>Where a block of a table stands in its file, without its trailer of 5 bytes.</summary>
internal readonly record struct BlockHandle(long Offset, long Size)
{
    /// <summary>Compression byte and masked crc32c behind every block.</summary>
    public const int TrailerSize = 5;

    public static BlockHandle Parse(ref ByteReader reader, long fileLength)
    {
        long position = reader.Position;
        ulong offset = reader.ReadVarint("a block's offset"), size = reader.ReadVarint("a block's size");
        ulong room = (ulong)Math.Max(0, fileLength - TrailerSize);
        return offset <= room && size <= room - offset && size <= (ulong)(Array.MaxLength - TrailerSize)
            ? new BlockHandle((long)offset, (long)size)
            : throw ModelFileException.At(position, $"a block inside {fileLength:n0} bytes", $"{size:n0} bytes from {offset:n0}");
    }

    public void WriteTo(ByteWriter writer)
    {
        writer.WriteVarint((ulong)Offset);
        writer.WriteVarint((ulong)Size);
    }
}
