using System.Buffers;

namespace ModelSessions.Data;

/// <summary>The rows of one or more files as blocks that can be read again: a list of a few numbers for each block is all that stays in memory.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "Users of data know no end of it: a packed file is closed when it has been read, or by its finalizer.")]
internal sealed class RowSource(RowFraming framing, IReadOnlyList<ByteSource> sources)
{
    private readonly List<(int Source, BlockPlace Place)> _blocks = [];
    private readonly Lock _gate = new();
    private BlockReader? _reader;
    private int _readerSource = -1;
    private int _next;
    private long _scanned;

    /// <summary>The files.</summary>
    public IReadOnlyList<ByteSource> Sources => sources;

    /// <summary>The number of blocks.</summary>
    public int BlockCount => _blocks.Count;

    /// <summary>How many bytes of the files, as they lie on the disk, the scan has read; another thread may ask.</summary>
    public long Scanned => Interlocked.Read(ref _scanned);

    /// <summary>Whether blocks can only be read one after the other.</summary>
    public bool IsSequential => sources.Any(source => source.IsPacked);

    /// <summary>Reads all blocks from the beginning, and notes where they stand.</summary>
    public IEnumerable<RowBlock> Scan()
    {
        _blocks.Clear();
        long before = 0;
        for (int i = 0; i < sources.Count; before += sources[i++].Length)
        {
            using BlockReader reader = new(sources[i], framing);
            while (reader.Next() is { } block)
            {
                Interlocked.Exchange(ref _scanned, before + reader.Position);
                _blocks.Add((i, reader.Place));
                yield return block;
            }
        }
    }

    /// <summary>The same blocks, to be read by somebody else: each has a place in a packed file of its own.</summary>
    public RowSource Share()
    {
        RowSource other = new(framing, sources);
        other._blocks.AddRange(_blocks);
        return other;
    }

    /// <summary>The bytes of a block.</summary>
    public int Size(int block) => _blocks[block].Place.Length;

    /// <summary>The rows of a block.</summary>
    public int Rows(int block) => _blocks[block].Place.Rows;

    /// <summary>Reads a block. Several threads may do so at once.</summary>
    /// <exception cref="ModelFileException">The file is gone or not what it was.</exception>
    public RowBlock Load(int block)
    {
        if (IsSequential)
        {
            lock (_gate)
            {
                return LoadInTurn(block);
            }
        }

        (int source, BlockPlace place) = _blocks[block];
        RowBlock loaded = new(sources[source], ArrayPool<byte>.Shared.Rent(place.Length), place.FirstRow, place.FirstLine);
        sources[source].ReadAt(place.Offset, loaded.Bytes.AsSpan(0, place.Length));
        framing.Split(loaded, place.Length, isEnd: true, place.Offset);
        return Checked(loaded, block);
    }

    // What is packed is read forward, and from the beginning of its file where that is behind.
    private RowBlock LoadInTurn(int block)
    {
        int source = _blocks[block].Source;
        if (_reader is null || block < _next || _readerSource != source)
        {
            _reader?.Dispose();
            _reader = new BlockReader(sources[source], framing);
            _readerSource = source;
            _next = _blocks.FindIndex(place => place.Source == source);
        }

        while (true)
        {
            RowBlock? read = _reader.Next();
            bool isLast = _next + 1 == _blocks.Count;
            if (read is not null && _next++ == block)
            {
                if (isLast)
                {
                    _reader.Dispose();
                    _reader = null;
                }

                return Checked(read, block);
            }

            if (read is null)
            {
                throw Changed(source);
            }

            read.Dispose();
        }
    }

    private RowBlock Checked(RowBlock loaded, int block)
    {
        if (loaded.Count == _blocks[block].Place.Rows)
        {
            return loaded;
        }

        loaded.Dispose();
        throw Changed(_blocks[block].Source);
    }

    private ModelFileException Changed(int source) =>
        new(StatusCode.FailedPrecondition, sources[source].Path, "the file was changed after it was imported. Import it again.");
}
