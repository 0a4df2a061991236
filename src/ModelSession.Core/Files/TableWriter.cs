namespace ModelSessions.Files;

/// <summary>Writes a table as TensorFlow's copy of LevelDB does, byte for byte: sorted keys, blocks with shared prefixes, an index.</summary>
internal sealed class TableWriter(Stream stream)
{
    /// <summary>The last eight bytes of every table.</summary>
    public const ulong Magic = 0xDB4775248B80FB57;

    /// <summary>Two handles padded to 40 bytes, and the magic number.</summary>
    public const int FooterSize = 48;

    // tsl::table::Options: a block is closed when it has reached this size; a key is whole every 16 entries, in the index always.
    private const int BlockSize = 262_144;
    private const int RestartInterval = 16;

    private readonly BlockBuilder _data = new(RestartInterval);
    private readonly BlockBuilder _index = new(1);
    private readonly ByteWriter _handle = new();
    private BlockHandle? _closed;
    private readonly ByteWriter _last = new();
    private long _offset;

    /// <summary>Adds an entry; keys must come in the order of their bytes.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if ((_closed is not null || !_data.IsEmpty) && key.SequenceCompareTo(_last.Written) <= 0)
        {
            throw new ArgumentException("The keys of a table must be added in ascending order.", nameof(key));
        }

        if (_closed is { } block)
        {
            AddToIndex(Separator(_last.Written, key), block);
        }

        _data.Add(key, value);
        _last.Clear();
        _last.Write(key);
        if (_data.Size >= BlockSize)
        {
            _closed = WriteBlock(_data);
        }
    }

    /// <summary>Writes what is left: last block, empty metaindex, index, footer.</summary>
    public void Finish()
    {
        if (!_data.IsEmpty)
        {
            _closed = WriteBlock(_data);
        }

        BlockHandle metaindex = WriteBlock(new BlockBuilder(RestartInterval));
        if (_closed is { } block)
        {
            AddToIndex(Successor(_last.Written), block);
        }

        BlockHandle index = WriteBlock(_index);
        ByteWriter footer = new();
        metaindex.WriteTo(footer);
        index.WriteTo(footer);
        footer.Write(new byte[FooterSize - sizeof(ulong) - footer.Length]);
        footer.WriteUInt64(Magic);
        stream.Write(footer.Written);
    }

    private void AddToIndex(ReadOnlySpan<byte> key, BlockHandle block)
    {
        _handle.Clear();
        block.WriteTo(_handle);
        _index.Add(key, _handle.Written);
        _closed = null;
    }

    private BlockHandle WriteBlock(BlockBuilder block)
    {
        ReadOnlySpan<byte> bytes = block.Finish();
        BlockHandle handle = new(_offset, bytes.Length);
        stream.Write(bytes);
        ByteWriter trailer = new();
        trailer.WriteByte(0);
        trailer.WriteUInt32(Crc32C.Mask(Crc32C.Append(Crc32C.Of(bytes), [0])));
        stream.Write(trailer.Written);
        _offset += bytes.Length + BlockHandle.TrailerSize;
        block.Clear();
        return handle;
    }

    // The shortest key that is not before the block's last and before the next block's first.
    private static byte[] Separator(ReadOnlySpan<byte> last, ReadOnlySpan<byte> next)
    {
        int shared = last.CommonPrefixLength(next);
        if (shared < Math.Min(last.Length, next.Length) && last[shared] < 0xFF && last[shared] + 1 < next[shared])
        {
            byte[] separator = last[..(shared + 1)].ToArray();
            separator[shared]++;
            return separator;
        }

        return last.ToArray();
    }

    // The shortest key that is not before the last one.
    private static byte[] Successor(ReadOnlySpan<byte> last)
    {
        int at = last.IndexOfAnyExcept((byte)0xFF);
        byte[] successor = at < 0 ? last.ToArray() : last[..(at + 1)].ToArray();
        if (at >= 0)
        {
            successor[at]++;
        }

        return successor;
    }

    /// <summary>A block being filled: entries that share the beginning of their keys with the one before, whole ones now and then.</summary>
    private sealed class BlockBuilder(int restartInterval)
    {
        private readonly ByteWriter _bytes = new();
        private readonly List<uint> _restarts = [0];
        private readonly ByteWriter _last = new();
        private int _sinceRestart;

        public bool IsEmpty => _bytes.Length == 0;

        public int Size => _bytes.Length + sizeof(uint) * _restarts.Count + sizeof(uint);

        public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            int shared = 0;
            if (_sinceRestart < restartInterval)
            {
                shared = key.CommonPrefixLength(_last.Written);
            }
            else
            {
                _restarts.Add((uint)_bytes.Length);
                _sinceRestart = 0;
            }

            _bytes.WriteVarint((ulong)shared);
            _bytes.WriteVarint((ulong)(key.Length - shared));
            _bytes.WriteVarint((ulong)value.Length);
            _bytes.Write(key[shared..]);
            _bytes.Write(value);
            _last.Clear();
            _last.Write(key);
            _sinceRestart++;
        }

        public ReadOnlySpan<byte> Finish()
        {
            foreach (uint restart in _restarts)
            {
                _bytes.WriteUInt32(restart);
            }

            _bytes.WriteUInt32((uint)_restarts.Count);
            return _bytes.Written;
        }

        public void Clear()
        {
            _bytes.Clear();
            _restarts.RemoveRange(1, _restarts.Count - 1);
            _last.Clear();
            _sinceRestart = 0;
        }
    }
}
