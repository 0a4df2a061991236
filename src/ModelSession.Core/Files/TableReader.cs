using System.Buffers.Binary;
using IronSnappy;

namespace ModelSessions.Files;

/// <summary>Reads the entries of a table in order, block by block; checksums, lengths and the order of keys are checked.</summary>
internal sealed class TableReader
{
    // Snappy never makes more than 64 bytes of 3; a larger claim is damage, found before memory is taken for it.
    private const long SnappyExpansion = 22;
    private const long LargestKey = 1 << 20;

    private readonly Stream _stream;
    private readonly BlockHandle _index;

    /// <summary>Reads the footer. The stream stays the caller's.</summary>
    public TableReader(Stream stream)
    {
        _stream = stream;
        if (stream.Length < TableWriter.FooterSize)
        {
            throw ModelFileException.At(0, "a table of at least 48 bytes", $"{stream.Length:n0} bytes");
        }

        long start = stream.Length - TableWriter.FooterSize;
        byte[] footer = ReadAt(start, TableWriter.FooterSize);
        ulong magic = BinaryPrimitives.ReadUInt64LittleEndian(footer.AsSpan(^sizeof(ulong)..));
        if (magic != TableWriter.Magic)
        {
            throw ModelFileException.At(start + TableWriter.FooterSize - sizeof(ulong), $"a table's last bytes {TableWriter.Magic:x16}", $"{magic:x16}");
        }

        ByteReader reader = new(footer.AsSpan(..^sizeof(ulong)), start);
        // The metaindex is never read, by TensorFlow neither: it is empty.
        _ = reader.ReadVarint("the metaindex's offset");
        _ = reader.ReadVarint("the metaindex's size");
        _index = BlockHandle.Parse(ref reader, stream.Length);
    }

    /// <summary>All entries, in order.</summary>
    public IEnumerable<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Entries()
    {
        byte[]? last = null;
        foreach ((_, ReadOnlyMemory<byte> handle) in ReadBlock(_index))
        {
            foreach (KeyValuePair<byte[], ReadOnlyMemory<byte>> entry in ReadBlock(ParseHandle(handle.Span)))
            {
                if (last is not null && last.AsSpan().SequenceCompareTo(entry.Key) >= 0)
                {
                    throw new ModelFileException(StatusCode.DataLoss, null, "the keys of the table are not in order; the file is damaged.");
                }

                last = entry.Key;
                yield return entry;
            }
        }
    }

    private BlockHandle ParseHandle(ReadOnlySpan<byte> bytes)
    {
        ByteReader reader = new(bytes, _index.Offset);
        return BlockHandle.Parse(ref reader, _stream.Length);
    }

    private List<KeyValuePair<byte[], ReadOnlyMemory<byte>>> ReadBlock(BlockHandle handle)
    {
        byte[] stored = ReadAt(handle.Offset, (int)handle.Size + BlockHandle.TrailerSize);
        int size = (int)handle.Size;
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(stored.AsSpan(size + 1));
        uint found = Crc32C.Mask(Crc32C.Of(stored.AsSpan(0, size + 1)));
        if (expected != found)
        {
            throw ModelFileException.At(handle.Offset, $"a block with the checksum {expected:x8}", $"{found:x8}");
        }

        ReadOnlyMemory<byte> block = stored[size] switch
        {
            0 => stored.AsMemory(0, size),
            1 => Decompress(stored.AsSpan(0, size), handle.Offset),
            byte other => throw ModelFileException.At(handle.Offset + size, "compression 0 (none) or 1 (snappy)", $"{other}"),
        };
        return Parse(block, handle.Offset);
    }

    private static List<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Parse(ReadOnlyMemory<byte> block, long origin)
    {
        int length = block.Length - sizeof(uint);
        uint restarts = length < 0 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(block.Span[length..]);
        if (length < 0 || restarts > (uint)length / sizeof(uint))
        {
            throw ModelFileException.At(origin, $"a block with room for its {restarts:n0} restarts", $"{block.Length:n0} bytes");
        }

        length -= (int)restarts * sizeof(uint);
        List<KeyValuePair<byte[], ReadOnlyMemory<byte>>> entries = [];
        ByteReader reader = new(block.Span[..length], origin);
        byte[] last = [];
        while (reader.Left > 0)
        {
            long position = reader.Position;
            ulong shared = reader.ReadVarint("a key's shared length"), fresh = reader.ReadVarint("a key's own length"), value = reader.ReadVarint("a value's length");
            if (shared > (ulong)last.Length || fresh > LargestKey || shared + fresh > LargestKey)
            {
                throw ModelFileException.At(position, $"a key that shares at most {last.Length:n0} bytes", $"{shared:n0} shared and {fresh:n0} own");
            }

            byte[] key = [.. last.AsSpan(0, (int)shared), .. reader.Read(fresh, "a key")];
            _ = reader.Read(value, "a value");
            entries.Add(new(key, block.Slice(length - reader.Left - (int)value, (int)value)));
            last = key;
        }

        return entries;
    }

    private static byte[] Decompress(ReadOnlySpan<byte> compressed, long offset)
    {
        ByteReader reader = new(compressed, offset);
        ulong claimed = reader.ReadVarint("a compressed block's length");
        if (claimed > (ulong)(compressed.Length * SnappyExpansion))
        {
            throw ModelFileException.At(offset, $"at most {compressed.Length * SnappyExpansion:n0} bytes from {compressed.Length:n0} compressed ones", $"{claimed:n0}");
        }

        try
        {
            byte[] block = Snappy.Decode(compressed);
            return (ulong)block.Length == claimed ? block : throw ModelFileException.At(offset, $"{claimed:n0} bytes", $"{block.Length:n0}");
        }
        catch (Exception error) when (error is IOException or ArgumentException or IndexOutOfRangeException or InvalidDataException or OverflowException)
        {
            throw new ModelFileException(StatusCode.DataLoss, null, "the compressed block is damaged (snappy).", offset, error);
        }
    }

    private byte[] ReadAt(long offset, int count)
    {
        byte[] bytes = new byte[count];
        _stream.Position = offset;
        _stream.ReadExactly(bytes);
        return bytes;
    }
}
