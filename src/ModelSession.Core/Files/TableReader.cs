using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using IronSnappy;

namespace ModelSessions.Files;

/// <summary>Reads a table, all entries in order or one by its key; checksums, lengths and the order of keys are checked.</summary>
internal sealed class TableReader
{
    /// <summary>Snappy never makes more than 64 bytes of 3; a larger claim is damage, found before memory is taken for it.</summary>
    public const long SnappyExpansion = 22;

    private const long LargestKey = 1 << 20;

    private readonly Stream _stream;
    private readonly BlockHandle _indexHandle;
    private List<(byte[] Key, BlockHandle Block)>? _index;
    private List<(byte[] Key, ReadOnlyMemory<byte> Value)> _block = [];
    private BlockHandle _blockHandle;

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
        _indexHandle = BlockHandle.Parse(ref reader, stream.Length);
    }

    /// <summary>Is shown an entry, while the call lasts.</summary>
    public delegate void Visitor(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    /// <summary>Shows all entries, in order.</summary>
    public void Scan(Visitor visit)
    {
        byte[] last = new byte[256];
        int length = -1;
        foreach ((_, BlockHandle handle) in Index())
        {
            ParseBlock(ReadBlock(handle), handle.Offset, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (key, value, _) =>
            {
                if (length >= 0 && last.AsSpan(0, length).SequenceCompareTo(key) >= 0)
                {
                    throw Disorder();
                }

                if (last.Length < key.Length)
                {
                    last = new byte[key.Length * 2];
                }

                key.CopyTo(last);
                length = key.Length;
                visit(key, value);
            });
        }
    }

    /// <summary>The value of a key. Blocks that were read for the key before are not read again.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        value = default;
        // The first block whose last key is not before.
        List<(byte[] Key, BlockHandle Block)> index = Index();
        int at = FirstNotBefore(index, key);
        if (at == index.Count)
        {
            return false;
        }

        if (index[at].Block != _blockHandle)
        {
            _block = Entries(index[at].Block);
            _blockHandle = index[at].Block;
        }

        int found = FirstNotBefore(_block, key);
        if (found == _block.Count || !key.SequenceEqual(_block[found].Key))
        {
            return false;
        }

        value = _block[found].Value;
        return true;
    }

    /// <summary>The value of the first key, if that is empty; null if it is not, or the table is empty.</summary>
    public ReadOnlyMemory<byte>? First()
    {
        if (Index() is not [(_, BlockHandle handle), ..])
        {
            return null;
        }

        ReadOnlyMemory<byte> block = ReadBlock(handle);
        ByteReader reader = new(block.Span, handle.Offset);
        ulong shared = reader.ReadVarint("a key's shared length"), fresh = reader.ReadVarint("a key's own length"), size = reader.ReadVarint("a value's length");
        int start = (int)(reader.Position - handle.Offset);
        return shared + fresh == 0 ? block.Slice(start, reader.Read(size, "a value").Length) : null;
    }

    private static int FirstNotBefore<T>(List<(byte[] Key, T)> entries, ReadOnlySpan<byte> key)
    {
        int low = 0, high = entries.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = key.SequenceCompareTo(entries[middle].Key) > 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private List<(byte[] Key, BlockHandle Block)> Index()
    {
        if (_index is null)
        {
            List<(byte[], BlockHandle)> index = [];
            ParseBlock(ReadBlock(_indexHandle), _indexHandle.Offset, (key, value, position) =>
            {
                ByteReader reader = new(value, position);
                index.Add((key.ToArray(), BlockHandle.Parse(ref reader, _stream.Length)));
            });
            _index = index;
        }

        return _index;
    }

    private List<(byte[] Key, ReadOnlyMemory<byte> Value)> Entries(BlockHandle handle)
    {
        List<(byte[] Key, ReadOnlyMemory<byte>)> entries = [];
        ReadOnlyMemory<byte> block = ReadBlock(handle);
        ParseBlock(block, handle.Offset, (key, value, position) =>
        {
            if (entries.Count > 0 && entries[^1].Key.AsSpan().SequenceCompareTo(key) >= 0)
            {
                throw Disorder();
            }

            entries.Add((key.ToArray(), block.Slice((int)(position - handle.Offset), value.Length)));
        });
        return entries;
    }

    // Bytes of a block, of which the position counts from the block's beginning, uncompressed.
    private delegate void EntryVisitor(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long position);

    // Optimised from the first call on: an index is mostly read once, and has been read before the compiler would come to it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ParseBlock(ReadOnlyMemory<byte> block, long origin, EntryVisitor visit)
    {
        int length = block.Length - sizeof(uint);
        uint restarts = length < 0 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(block.Span[length..]);
        if (length < 0 || restarts > (uint)length / sizeof(uint))
        {
            throw ModelFileException.At(origin, $"a block with room for its {restarts:n0} restarts", $"{block.Length:n0} bytes");
        }

        length -= (int)restarts * sizeof(uint);
        ByteReader reader = new(block.Span[..length], origin);
        byte[] key = new byte[256];
        int keyLength = 0;
        while (reader.Left > 0)
        {
            long position = reader.Position;
            ulong shared = reader.ReadVarint("a key's shared length"), fresh = reader.ReadVarint("a key's own length"), size = reader.ReadVarint("a value's length");
            if (shared > (ulong)keyLength || fresh > LargestKey || shared + fresh > LargestKey)
            {
                throw ModelFileException.At(position, $"a key that shares at most {keyLength:n0} bytes", $"{shared:n0} shared and {fresh:n0} own");
            }

            ReadOnlySpan<byte> own = reader.Read(fresh, "a key");
            keyLength = (int)(shared + fresh);
            if (key.Length < keyLength)
            {
                Array.Resize(ref key, keyLength * 2);
            }

            own.CopyTo(key.AsSpan((int)shared));
            ReadOnlySpan<byte> value = reader.Read(size, "a value");
            visit(key.AsSpan(0, keyLength), value, reader.Position - value.Length);
        }
    }

    private ReadOnlyMemory<byte> ReadBlock(BlockHandle handle)
    {
        int size = (int)handle.Size;
        byte[] stored = ReadAt(handle.Offset, checked(size + BlockHandle.TrailerSize));
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(stored.AsSpan(size + 1));
        uint found = Crc32C.Mask(Crc32C.Of(stored.AsSpan(0, size + 1)));
        if (expected != found)
        {
            throw ModelFileException.At(handle.Offset, $"a block with the checksum {expected:x8}", $"{found:x8}");
        }

        return stored[size] switch
        {
            0 => stored.AsMemory(0, size),
            1 => Decompress(stored.AsSpan(0, size), handle.Offset),
            byte other => throw ModelFileException.At(handle.Offset + size, "compression 0 (none) or 1 (snappy)", $"{other}"),
        };
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

    private static ModelFileException Disorder() => new(StatusCode.DataLoss, null, "the keys of the table are not in order; the file is damaged.");

    private byte[] ReadAt(long offset, int count)
    {
        byte[] bytes = new byte[count];
        _stream.Position = offset;
        _stream.ReadExactly(bytes);
        return bytes;
    }
}
