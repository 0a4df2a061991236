using System.Text;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Reads a tensor bundle, the form of V2 checkpoints: <c>PREFIX.index</c> and <c>PREFIX.data-00000-of-00001</c> ….</summary>
/// <remarks>Everything in the files is checked before it is used: places, sizes, shapes, checksums.</remarks>
internal sealed class BundleReader : CheckpointReader
{
    // Of the bundle format; readers of an older version refuse a file that asks for more.
    private const int Version = 1;
    private const int LargestRank = 254;
    private const int PartSize = 1 << 18;

    private readonly Dictionary<string, BundleEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<int, FileStream> _shards = [];
    private TensorBuffer? _borrowed;
    private int _shardCount;

    /// <summary>Reads the index.</summary>
    /// <exception cref="ModelFileException">It is not there or damaged.</exception>
    /// <exception cref="UnsupportedFeatureException">It was written big-endian or by a newer version of the format.</exception>
    public BundleReader(string prefix)
        : base(prefix)
    {
        string path = prefix + CheckpointFiles.IndexSuffix;
        Guard(path, () => ReadIndex(path));
    }

    /// <summary>The tensors with their places.</summary>
    public IReadOnlyCollection<BundleEntry> Entries => _entries.Values;

    /// <inheritdoc/>
    public override IReadOnlyCollection<CheckpointTensor> Tensors => _entries.Values;

    /// <inheritdoc/>
    public override int ShardCount => _shardCount;

    /// <inheritdoc/>
    public override BundleEntry? Find(string name) => _entries.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override Tensor Read(string name, CancellationToken cancel = default) => Read(name, borrow: false, cancel);

    /// <inheritdoc/>
    public override Tensor Borrow(string name, CancellationToken cancel = default) => Read(name, borrow: true, cancel);

    private protected override void Dispose(bool disposing)
    {
        foreach (FileStream shard in _shards.Values)
        {
            shard.Dispose();
        }
    }

    private Tensor Read(string name, bool borrow, CancellationToken cancel)
    {
        BundleEntry entry = Find(name) ?? throw new ModelFileException(
            StatusCode.NotFound, Prefix, $"the checkpoint has no tensor '{name}'.{NearestNames.Hint(name, _entries.Keys)}");
        string path = CheckpointFiles.DataPath(Prefix, entry.Shard, _shardCount);
        return Guard(path, () => Read(entry, path, borrow, cancel));
    }

    private bool ReadIndex(string path)
    {
        using FileStream stream = File.OpenRead(path);
        bool header = false;
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in new TableReader(stream).Entries())
        {
            if (!header)
            {
                ReadHeader(key, value.Span);
                header = true;
            }
            else if (key[0] != 0)
            {
                BundleEntry entry = ParseEntry(Encoding.UTF8.GetString(key), BundleEntryProto.Parser.ParseFrom(value.Span));
                _entries[entry.Name] = entry;
            }
        }

        return header ? header : throw ModelFileException.At(0, "a bundle's header", "an empty table");
    }

    private void ReadHeader(byte[] key, ReadOnlySpan<byte> value)
    {
        if (key.Length != 0)
        {
            throw ModelFileException.At(0, "a bundle's header", $"the entry '{Encoding.UTF8.GetString(key)}'");
        }

        BundleHeaderProto header = BundleHeaderProto.Parser.ParseFrom(value);
        _shardCount = header.NumShards;
        if (header.Endianness != BundleHeaderProto.Types.Endianness.Little)
        {
            throw new UnsupportedFeatureException($"'{Prefix}' was written on a big-endian machine, which is not supported. Save it again on a little-endian one.", "big-endian checkpoint");
        }

        if (header.Version is { } version && (version.MinConsumer > Version || version.BadConsumers.Contains(Version)))
        {
            throw new UnsupportedFeatureException($"'{Prefix}' needs a reader of bundle version {version.MinConsumer}; this one is {Version}.", "newer bundle version");
        }
    }

    private BundleEntry ParseEntry(string name, BundleEntryProto proto)
    {
        DType dtype = DTypes.FromProto(proto.Dtype);
        bool sound = dtype.IsKnown() && dtype is not (DType.Resource or DType.Variant)
            && proto.Shape is { UnknownRank: false } && proto.Shape.Dim.Count <= LargestRank && proto.Shape.Dim.All(dim => dim.Size >= 0)
            && proto.ShardId >= 0 && proto.ShardId < _shardCount && proto.Offset >= 0 && proto.Size >= 0;
        if (!sound)
        {
            throw new ModelFileException(
                StatusCode.DataLoss, null, $"the entry of '{name}' is damaged: {dtype.Name()} {proto.Shape}, {proto.Size:n0} bytes from {proto.Offset:n0} of data file {proto.ShardId}.");
        }

        BundleEntry entry = new(
            name, dtype, Shape.FromProto(proto.Shape), proto.ShardId, proto.Offset, proto.Size, Unmask(proto.Crc32C), proto.Slices.Count);
        CheckSize(entry);
        return entry;
    }

    // What an entry claims must agree with itself, so that nothing larger than the file is ever allocated.
    private static void CheckSize(BundleEntry entry)
    {
        long expected;
        try
        {
            // Each string takes at least one byte for its length, and all of them four for the checksum.
            expected = entry.DType == DType.String ? checked(entry.Shape.ElementCount + sizeof(uint)) : checked(entry.Shape.ElementCount * entry.DType.Size());
        }
        catch (OverflowException)
        {
            expected = long.MaxValue;
        }

        bool fits = entry.SliceCount > 0 || (entry.DType == DType.String ? entry.ByteLength >= expected : entry.ByteLength == expected);
        if (!fits)
        {
            throw new ModelFileException(
                StatusCode.DataLoss, null, $"the entry of '{entry.Name}' is damaged: {entry.DType.Name()} {entry.Shape} does not fit into {entry.ByteLength:n0} bytes.");
        }
    }

    private Tensor Read(BundleEntry entry, string path, bool borrow, CancellationToken cancel)
    {
        if (entry.SliceCount > 0)
        {
            throw new UnsupportedFeatureException($"'{entry.Name}' in '{Prefix}' is stored in slices (a partitioned variable), which cannot be read yet.", "partitioned variable");
        }

        FileStream data = Shard(entry.Shard, path);
        if (entry.Offset > data.Length || entry.ByteLength > data.Length - entry.Offset)
        {
            throw ModelFileException.At(entry.Offset, $"{entry.ByteLength:n0} bytes of '{entry.Name}'", $"the end of the file at {data.Length:n0}");
        }

        Tensor tensor = borrow && entry.DType != DType.String ? Borrowed(entry) : Tensor.Uninitialized(entry.DType, entry.Shape);
        data.Position = entry.Offset;
        uint crc = entry.DType == DType.String ? ReadStrings(data, entry, tensor) : ReadBytes(data, tensor, cancel);
        if (crc != entry.Checksum)
        {
            throw ModelFileException.At(entry.Offset, $"'{entry.Name}' with the checksum {entry.Checksum:x8}", $"{crc:x8}; the file is damaged");
        }

        // A boolean that is neither 0 nor 1 makes code that relies on the type go astray.
        return entry.DType == DType.Bool && tensor.Bytes().ContainsAnyExceptInRange((byte)0, (byte)1)
            ? throw ModelFileException.At(entry.Offset, $"'{entry.Name}' to hold 0 and 1", "another byte")
            : tensor;
    }

    private Tensor Borrowed(BundleEntry entry)
    {
        if (_borrowed is null || _borrowed.ByteLength < entry.ByteLength)
        {
            _borrowed = TensorBuffer.Allocate(entry.ByteLength, zeroed: false);
        }

        return new Tensor(entry.DType, entry.Shape, _borrowed);
    }

    private static uint ReadStrings(FileStream data, BundleEntry entry, Tensor tensor)
    {
        if (entry.ByteLength > Array.MaxLength)
        {
            throw new UnsupportedFeatureException($"The string tensor '{entry.Name}' has {entry.ByteLength:n0} bytes; at most {Array.MaxLength:n0} can be read.", "large string tensor");
        }

        byte[] stored = new byte[entry.ByteLength];
        data.ReadExactly(stored);
        return BundleStrings.Parse(stored, entry.Offset, tensor.Objects);
    }

    private static uint ReadBytes(FileStream data, Tensor tensor, CancellationToken cancel)
    {
        uint crc = 0;
        for (long at = 0; at < tensor.ByteLength; at += PartSize)
        {
            cancel.ThrowIfCancellationRequested();
            Span<byte> part = tensor.Buffer.Bytes(at, (int)Math.Min(PartSize, tensor.ByteLength - at));
            data.ReadExactly(part);
            crc = Crc32C.Append(crc, part);
        }

        return crc;
    }

    private FileStream Shard(int number, string path)
    {
        if (!_shards.TryGetValue(number, out FileStream? stream))
        {
            // No buffer of its own: parts are large, and go straight into the tensor.
            _shards[number] = stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }

        return stream;
    }

    private static uint Unmask(uint masked)
    {
        uint rotated = masked - 0xA282EAD8;
        return (rotated >> 17) | (rotated << 15);
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ModelFileException error)
        {
            throw error.In(path);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new ModelFileException(StatusCode.DataLoss, path, $"an entry is damaged: {error.Message}", innerException: error);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(path, error);
        }
    }
}
