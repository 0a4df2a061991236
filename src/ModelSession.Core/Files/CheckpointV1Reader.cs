namespace ModelSessions.Files;

/// <summary>Reads checkpoints in TensorFlow's first format: tables in which each slice of a tensor is a value.</summary>
internal sealed class CheckpointV1Reader : CheckpointReader
{
    // Of the format; readers of an older version refuse a file that asks for more.
    private const int Version = 1;

    // The most bytes of memory that a byte of a file can stand for: a compressed number of 64 bits that is written in one byte.
    private const long LargestExpansion = TableReader.SnappyExpansion * sizeof(long);

    private readonly List<FileStream> _streams = [];
    private readonly List<TableReader> _tables = [];
    private readonly SortedDictionary<byte[], CheckpointV1Entry> _byKey = new(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
    private readonly Dictionary<string, CheckpointV1Entry> _tensors = new(StringComparer.Ordinal);

    /// <summary>Reads what is in the files.</summary>
    /// <exception cref="ModelFileException">One is damaged, or of another kind.</exception>
    /// <exception cref="UnsupportedFeatureException">They were written by a newer version of the format.</exception>
    public CheckpointV1Reader(string prefix, IReadOnlyList<string> files)
        : base(prefix)
    {
        Files = files;
        try
        {
            for (int i = 0; i < files.Count; i++)
            {
                int number = i;
                FileAccessErrors.Guard(files[i], () => Open(files[number], number));
            }
        }
        catch
        {
            Dispose(disposing: true);
            throw;
        }

        foreach (CheckpointV1Entry entry in _tensors.Values)
        {
            _byKey.Add(TensorNames.Encode(entry.Name), entry);
        }
    }

    /// <inheritdoc/>
    public override int FormatVersion => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files { get; }

    /// <inheritdoc/>
    public override IReadOnlyCollection<CheckpointTensor> Tensors => _byKey.Values;

    /// <inheritdoc/>
    public override int ShardCount => Files.Count;

    /// <inheritdoc/>
    public override CheckpointV1Entry? Find(string name) => _tensors.GetValueOrDefault(name);

    private protected override void Dispose(bool disposing)
    {
        foreach (FileStream stream in _streams)
        {
            stream.Dispose();
        }
    }

    private protected override IEnumerable<TensorSlice> SlicesOf(CheckpointTensor tensor) => ((CheckpointV1Entry)tensor).Parts.Select(part => part.Slice);

    private protected override void Check(CheckpointTensor tensor, TensorSlice? wanted) => Cover((CheckpointV1Entry)tensor, wanted, out _, out _);

    private protected override void Fill(CheckpointTensor tensor, TensorSlice? wanted, Tensor target, CancellationToken cancel)
    {
        CheckpointV1Entry entry = (CheckpointV1Entry)tensor;
        foreach (int i in Cover(entry, wanted, out TensorSlice box, out TensorSlice[] places))
        {
            cancel.ThrowIfCancellationRequested();
            CheckpointV1Part part = entry.Parts[i];
            FileAccessErrors.Guard(Files[part.File], () => ReadPart(entry, part, places[i], box, target));
        }
    }

    // The parts that make up a slice.
    private IReadOnlyList<int> Cover(CheckpointV1Entry entry, TensorSlice? slice, out TensorSlice wanted, out TensorSlice[] places)
    {
        wanted = slice ?? TensorSlice.Whole(entry.Shape.Rank).In(entry.Shape);
        places = [.. entry.Parts.Select(part => FileAccessErrors.Guard(Files[part.File], () => Inside(entry, part.Slice)))];
        IReadOnlyList<int> chosen = SliceLayout.Cover(places, wanted) ?? throw new ModelFileException(
            StatusCode.InvalidArgument, Prefix, $"the slices of '{entry.Name}' {entry.Shape} overlap, or do not cover {wanted}; a file of the checkpoint is missing or damaged.");
        long elements = wanted.ShapeIn(entry.Shape).ElementCount, room = _streams.Sum(stream => stream.Length) * LargestExpansion;
        if (elements > room / Math.Max(1, entry.DType.Size()))
        {
            throw new ModelFileException(StatusCode.DataLoss, Prefix, $"'{entry.Name}' {entry.Shape} does not fit into the checkpoint's files.");
        }

        return chosen;
    }

    private static TensorSlice Inside(CheckpointV1Entry entry, TensorSlice slice)
    {
        try
        {
            return slice.In(entry.Shape);
        }
        catch (GraphException error)
        {
            throw new ModelFileException(StatusCode.DataLoss, null, $"'{entry.Name}' cannot be read: {error.Message}", innerException: error);
        }
    }

    private bool ReadPart(CheckpointV1Entry entry, CheckpointV1Part part, TensorSlice place, TensorSlice wanted, Tensor target)
    {
        byte[] name = TensorNames.Encode(entry.Name);
        if (!_tables[part.File].TryFind(OrderedCode.SliceKey(name, part.Slice), out ReadOnlyMemory<byte> stored))
        {
            throw new ModelFileException(StatusCode.DataLoss, null, $"slice {part.Slice} of '{entry.Name}' is missing from the table.");
        }

        ReadOnlySpan<byte> data = SavedSliceData(stored.Span, name, part.Slice);
        if (place.Equals(wanted))
        {
            SavedValues.Parse(data, target);
            return true;
        }

        Tensor values = Tensor.Uninitialized(entry.DType, place.ShapeIn(entry.Shape));
        SavedValues.Parse(data, values);
        foreach (SliceRun run in SliceLayout.Runs(place, wanted))
        {
            SavedValues.Copy(values, run, target);
        }

        return true;
    }

    // SavedTensorSlices{data: SavedSlice{name, slice, data}}: the TensorProto's bytes. Name and slice say again what the key says.
    private static ReadOnlySpan<byte> SavedSliceData(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> name, TensorSlice slice)
    {
        ReadOnlySpan<byte> data = [], foundName = [];
        TensorSlice? foundSlice = null;
        ProtoReader outer = new(stored, 0);
        while (outer.Next())
        {
            if (outer.Tag != ProtoReader.Tags.Bytes2)
            {
                outer.Skip();
                continue;
            }

            for (ProtoReader saved = outer.ReadMessage(); saved.Next();)
            {
                switch (saved.Tag)
                {
                    case ProtoReader.Tags.Bytes1: foundName = saved.ReadBytes(); break;
                    case ProtoReader.Tags.Bytes2: foundSlice = SliceParser.Parse(saved.ReadMessage()); break;
                    case ProtoReader.Tags.Bytes3: data = saved.ReadBytes(); break;
                    default: saved.Skip(); break;
                }
            }
        }

        return foundName.SequenceEqual(name) && slice.Equals(foundSlice ?? TensorSlice.Whole(0))
            ? data
            : throw new ModelFileException(StatusCode.DataLoss, null, $"the table has '{TensorNames.Decode(foundName)}' {foundSlice} in the place of '{TensorNames.Decode(name)}' {slice}.");
    }

    private bool Open(string path, int number)
    {
        FileStream stream = new(Openable.Of(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _streams.Add(stream);
        TableReader table = new(stream);
        _tables.Add(table);
        if (!table.TryFind([], out ReadOnlyMemory<byte> header))
        {
            throw ModelFileException.At(0, "a checkpoint's header", "a table without one");
        }

        bool found = false;
        ProtoReader reader = new(header.Span, 0);
        while (reader.Next())
        {
            if (reader.Tag == ProtoReader.Tags.Bytes1)
            {
                found = true;
                ReadMeta(reader.ReadMessage(), number);
            }
            else
            {
                reader.Skip();
            }
        }

        return found ? found : throw new ModelFileException(StatusCode.NotFound, null, $"there is no checkpoint of this name; the file is a table of another kind.{Hint(path)}");
    }

    private static string Hint(string path) => CheckpointFiles.PrefixOf(path) is { } prefix ? $" Give the prefix '{prefix}' alone." : "";

    private void ReadMeta(ProtoReader meta, int file)
    {
        while (meta.Next())
        {
            switch (meta.Tag)
            {
                case ProtoReader.Tags.Bytes1:
                    Add(CheckpointV1Entry.Parse(meta.ReadMessage(), file));
                    break;
                case ProtoReader.Tags.Bytes2:
                    CheckVersion(Protos.VersionDef.Parser.ParseFrom(meta.ReadBytes()));
                    break;
                default:
                    meta.Skip();
                    break;
            }
        }
    }

    private void Add(CheckpointV1Entry entry) =>
        _tensors[entry.Name] = _tensors.TryGetValue(entry.Name, out CheckpointV1Entry? known) ? known.With(entry) : entry;

    private void CheckVersion(Protos.VersionDef version)
    {
        if (version.MinConsumer > Version || version.BadConsumers.Contains(Version))
        {
            throw new UnsupportedFeatureException($"'{Prefix}' needs a reader of checkpoint version {version.MinConsumer}; this one is {Version}.", "newer checkpoint version");
        }
    }
}
