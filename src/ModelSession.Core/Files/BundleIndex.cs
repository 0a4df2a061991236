using System.Runtime.CompilerServices;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>The index of a tensor bundle: what is in it and where.</summary>
internal sealed class BundleIndex
{
    // Of the bundle format; readers of an older version refuse a file that asks for more.
    private const int Version = 1;
    // TensorFlow's names have five digits; more files than that nobody has.
    private const int MostShards = 1 << 20;
    private const int MostOthers = 4;

    private readonly List<BundleEntry> _tensors = [];
    private readonly List<BundleEntry> _sliceLike = [];
    private Dictionary<string, BundleEntry>? _byName;
    private int _last = -1;
    private int _others;
    private (byte[] Bytes, Shape Shape)? _shape;
    private readonly Dictionary<string, BundleEntry> _slices = new(StringComparer.Ordinal);

    private BundleIndex(string prefix) => Prefix = prefix;

    /// <summary>What the names of the bundle's files begin with.</summary>
    public string Prefix { get; }

    /// <summary>The number of data files.</summary>
    public int ShardCount { get; private set; }

    /// <summary>The tensors, in the order of their names' bytes. Slices are not among them.</summary>
    public IReadOnlyList<BundleEntry> Tensors => _tensors;

    /// <summary>The slices that tensors are stored in, by key.</summary>
    public IReadOnlyDictionary<string, BundleEntry> Slices => _slices;

    /// <summary>All entries, tensors and slices, in the order of their keys.</summary>
    public IEnumerable<BundleEntry> InKeyOrder => _sliceLike.Concat(_tensors.Skip(_sliceLike.Count - _slices.Count));

    /// <summary>Reads <c>PREFIX.index</c>.</summary>
    /// <exception cref="ModelFileException">It is not there or damaged; damage of one entry is that tensor's <see cref="CheckpointTensor.Fault"/>.</exception>
    /// <exception cref="UnsupportedFeatureException">It was written big-endian or by a newer version of the format.</exception>
    public static BundleIndex Read(string prefix) => FileAccessErrors.Guard(prefix + CheckpointFiles.IndexSuffix, () =>
    {
        BundleIndex index = new(prefix);
        using FileStream stream = new(Openable.Of(prefix + CheckpointFiles.IndexSuffix), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        bool header = false;
        new TableReader(stream).Scan((key, value) =>
        {
            if (header)
            {
                index.Add(key, value);
            }
            else
            {
                index.ReadHeader(key, value);
                header = true;
            }
        });
        index.JoinSlices();
        return header ? index : throw ModelFileException.At(0, "a bundle's header", "an empty table");
    });

    /// <summary>The number of data files that an index speaks of; null if it is not there, or its beginning cannot be read.</summary>
    public static int? ReadShardCount(string prefix)
    {
        try
        {
            using FileStream stream = new(Openable.Of(prefix + CheckpointFiles.IndexSuffix), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return new TableReader(stream).First() is { } header ? BundleHeaderProto.Parser.ParseFrom(header.Span).NumShards : null;
        }
        catch (Exception error) when (error is ModelFileException || MessageDamage.Is(error) || FileAccessErrors.Is(error))
        {
            return null;
        }
    }

    /// <summary>A tensor; null if there is none of that name.</summary>
    public BundleEntry? Find(string name)
    {
        // Mostly tensors are asked for in their order, some of them several times.
        for (int i = Math.Max(0, _last); i < Math.Min(_last + 2, _tensors.Count); i++)
        {
            if (_tensors[i].Name == name)
            {
                return _tensors[_last = i];
            }
        }

        // A few others are not worth a table.
        if (_byName is null && ++_others < MostOthers)
        {
            return _tensors.Find(entry => entry.Name == name);
        }

        if (_byName is null)
        {
            _byName = new(_tensors.Count, StringComparer.Ordinal);
            foreach (BundleEntry entry in _tensors)
            {
                _byName.Add(entry.Name, entry);
            }
        }

        return _byName.GetValueOrDefault(name);
    }

    /// <summary>The entry of a slice that a tensor lists.</summary>
    /// <exception cref="ModelFileException">It is not in the index, or damaged, or of another type.</exception>
    public BundleEntry Slice(BundleEntry tensor, TensorSlice slice)
    {
        BundleEntry entry = Slices.GetValueOrDefault(SliceName(tensor.Name, slice)) ?? throw Damage(tensor, $"its slice {slice} is missing from the index");
        if (entry.Fault is { } fault)
        {
            throw Damage(tensor, $"of its slice {slice}: {fault}");
        }

        return entry.DType == tensor.DType ? entry : throw Damage(tensor, $"it is {tensor.DType.Name()}, and its slice {slice} is {entry.DType.Name()}");
    }

    /// <summary>The name under which a slice's entry is found: its key.</summary>
    public static string SliceName(string tensor, TensorSlice slice) => TensorNames.Decode(OrderedCode.SliceKey(TensorNames.Encode(tensor), slice));

    private ModelFileException Damage(BundleEntry tensor, string what) =>
        new(StatusCode.DataLoss, Prefix + CheckpointFiles.IndexSuffix, $"'{tensor.Name}' cannot be read: {what}.");

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        BundleEntry entry = BundleEntry.Parse(TensorNames.Decode(key), value, ShardCount, ref _shape);
        if (key[0] == 0)
        {
            _sliceLike.Add(entry);
        }
        else
        {
            _tensors.Add(entry);
        }
    }

    private void ReadHeader(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.Length != 0)
        {
            throw ModelFileException.At(0, "a bundle's header", $"the entry '{TensorNames.Decode(key)}'");
        }

        BundleHeaderProto header = BundleHeaderProto.Parser.ParseFrom(value);
        if (header.Endianness != BundleHeaderProto.Types.Endianness.Little)
        {
            throw new UnsupportedFeatureException(
                $"'{Prefix}' was written on a big-endian machine, which is not supported. Restore and save it with TensorFlow on a little-endian one.", "big-endian checkpoint");
        }

        if (header.Version is { } version && (version.MinConsumer > Version || version.BadConsumers.Contains(Version)))
        {
            throw new UnsupportedFeatureException($"'{Prefix}' needs a reader of bundle version {version.MinConsumer}; this one is {Version}.", "newer bundle version");
        }

        ShardCount = header.NumShards is > 0 and <= MostShards
            ? header.NumShards
            : throw ModelFileException.At(0, "a bundle of one data file or more", $"{header.NumShards}");
    }

    // A key that begins with a zero byte is a slice's if a tensor lists it; else a tensor may have such a name.
    private void JoinSlices()
    {
        if (_sliceLike.Count == 0 && !_tensors.Exists(entry => entry.SliceCount > 0))
        {
            return;
        }

        Dictionary<string, BundleEntry> candidates = _sliceLike.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        foreach (BundleEntry tensor in _tensors.Concat(candidates.Values).Where(entry => entry.SliceCount > 0))
        {
            foreach (string name in tensor.Slices.Select(slice => SliceName(tensor.Name, slice)))
            {
                if (candidates.TryGetValue(name, out BundleEntry? slice))
                {
                    _slices[name] = slice;
                }
            }
        }

        _tensors.InsertRange(0, _sliceLike.Where(entry => !_slices.ContainsKey(entry.Name)));
        for (int i = 0; i < _tensors.Count; i++)
        {
            if (_tensors[i] is { SliceCount: > 0, Fault: null } tensor)
            {
                List<BundleEntry> parts = [.. tensor.Slices.Select(slice => _slices.GetValueOrDefault(SliceName(tensor.Name, slice))).OfType<BundleEntry>()];
                _tensors[i] = tensor with { ByteLength = parts.Aggregate(0L, (sum, part) => sum + Math.Min(part.ByteLength, long.MaxValue - sum)) };
            }
        }
    }
}
