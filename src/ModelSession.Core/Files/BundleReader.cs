using Microsoft.Win32.SafeHandles;

namespace ModelSessions.Files;

/// <summary>Reads a tensor bundle, the form of V2 checkpoints: <c>PREFIX.index</c> and <c>PREFIX.data-00000-of-00001</c> ….</summary>
/// <remarks>Everything in the files is checked before it is used: places, sizes, shapes, checksums.</remarks>
internal sealed class BundleReader : CheckpointReader
{
    private readonly BundleIndex _index;
    private readonly Dictionary<int, DataFile> _shards = [];
    private readonly ReadAhead _ahead = new();

    /// <summary>Reads the index.</summary>
    /// <exception cref="ModelFileException">It is not there or damaged.</exception>
    /// <exception cref="UnsupportedFeatureException">It was written big-endian or by a newer version of the format.</exception>
    public BundleReader(string prefix)
        : base(prefix) => _index = BundleIndex.Read(prefix);

    /// <summary>The tensors with their places; slices that tensors are stored in are not among them.</summary>
    public IReadOnlyList<BundleEntry> Entries => _index.Tensors;

    /// <summary>All that has bytes in the data files: whole tensors and slices.</summary>
    public IEnumerable<BundleEntry> Stored => _index.Tensors.Where(entry => entry.SliceCount == 0).Concat(_index.Slices.Values);

    /// <summary>The first thing that is wrong by what the index and the lengths of the files say, without reading values; null if nothing is.</summary>
    public ModelFileException? FindFault()
    {
        string index = Prefix + CheckpointFiles.IndexSuffix;
        if (_index.Tensors.FirstOrDefault(entry => entry.Fault is not null) is { } damaged)
        {
            return new ModelFileException(StatusCode.DataLoss, index, $"'{damaged.Name}' cannot be read: {damaged.Fault}");
        }

        try
        {
            foreach (BundleEntry tensor in _index.Tensors.Where(entry => entry.SliceCount > 0))
            {
                _ = Cover(tensor, Whole(tensor));
            }

            Dictionary<int, BundleEntry> last = [];
            foreach (BundleEntry entry in Stored)
            {
                if (!last.TryGetValue(entry.Shard, out BundleEntry? other) || End(entry) > End(other))
                {
                    last[entry.Shard] = entry;
                }
            }

            foreach (BundleEntry entry in last.Values)
            {
                CheckPlace(entry, entry.Name);
            }

            return null;
        }
        catch (ModelFileException error)
        {
            return error;
        }
    }

    private static long End(BundleEntry entry) => entry.Offset + Math.Min(entry.ByteLength, long.MaxValue - entry.Offset);

    /// <inheritdoc/>
    public override int FormatVersion => 2;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files =>
        [Prefix + CheckpointFiles.IndexSuffix, .. Stored.Where(entry => entry.Fault is null).Select(entry => entry.Shard).Distinct().Order().Select(Path)];

    /// <inheritdoc/>
    public override IReadOnlyCollection<CheckpointTensor> Tensors => _index.Tensors;

    /// <inheritdoc/>
    public override int ShardCount => _index.ShardCount;

    /// <inheritdoc/>
    public override BundleEntry? Find(string name) => _index.Find(name);

    private protected override void Dispose(bool disposing)
    {
        foreach (DataFile shard in _shards.Values)
        {
            shard.Handle.Dispose();
        }
    }

    private protected override IEnumerable<TensorSlice> SlicesOf(CheckpointTensor tensor) => ((BundleEntry)tensor).Slices;

    private protected override void Check(CheckpointTensor tensor, TensorSlice? wanted)
    {
        BundleEntry entry = (BundleEntry)tensor;
        if (entry.SliceCount == 0)
        {
            CheckPlace(entry, entry.Name);
        }
        else
        {
            _ = Cover(entry, wanted ?? Whole(entry));
        }
    }

    private protected override void Fill(CheckpointTensor tensor, TensorSlice? wanted, Tensor target, CancellationToken cancel)
    {
        BundleEntry entry = (BundleEntry)tensor;
        if (entry.SliceCount > 0)
        {
            TensorSlice box = wanted ?? Whole(entry);
            ReadParts(entry, Cover(entry, box), box, target, cancel);
        }
        else if (wanted is null)
        {
            ReadWhole(entry, target, cancel);
        }
        else
        {
            ReadParts(entry, [(entry, Whole(entry))], wanted, target, cancel);
        }
    }

    private protected override void Measure(CheckpointTensor tensor, TensorMoments moments, CancellationToken cancel)
    {
        BundleEntry entry = (BundleEntry)tensor;
        byte[] piece = new byte[1 << 18];
        foreach (BundleEntry part in entry.SliceCount == 0 ? [entry] : Cover(entry, Whole(entry)).Select(part => part.Entry))
        {
            FileAccessErrors.Guard(Path(part.Shard), () =>
            {
                ChecksumReader reader = new(Shard(part.Shard).Handle, part.Offset, part.ByteLength);
                while (reader.Left > 0)
                {
                    cancel.ThrowIfCancellationRequested();
                    Span<byte> next = piece.AsSpan(0, (int)Math.Min(piece.Length, reader.Left));
                    reader.Read(next);
                    moments.Add(next);
                }

                return Verify(part, tensor.Name, reader.Checksum);
            });
        }
    }

    private static TensorSlice Whole(BundleEntry entry) => TensorSlice.Whole(entry.Shape.Rank).In(entry.Shape);

    private List<(BundleEntry Entry, TensorSlice Place)> Cover(BundleEntry tensor, TensorSlice wanted)
    {
        TensorSlice[] places = [.. tensor.Slices.Select(slice => Inside(tensor, slice))];
        IReadOnlyList<int> chosen = SliceLayout.Cover(places, wanted) ?? throw new ModelFileException(
            StatusCode.InvalidArgument, Prefix + CheckpointFiles.IndexSuffix, $"the slices of '{tensor.Name}' {tensor.Shape} overlap, or do not cover {wanted}; the checkpoint is damaged or was not merged as a whole.");
        List<(BundleEntry, TensorSlice)> parts = [];
        long stored = 0;
        foreach (int i in chosen)
        {
            BundleEntry part = _index.Slice(tensor, tensor.Slices[i]);
            long count = places[i].ShapeIn(tensor.Shape).ElementCount;
            if (tensor.DType == DType.String ? part.ByteLength < count + sizeof(uint) : part.ByteLength != count * tensor.DType.Size())
            {
                throw new ModelFileException(StatusCode.DataLoss, Prefix + CheckpointFiles.IndexSuffix, $"slice {places[i]} of '{tensor.Name}' does not fit into its {part.ByteLength:n0} bytes; the index is damaged.");
            }

            CheckPlace(part, tensor.Name);
            stored += part.ByteLength;
            parts.Add((part, places[i]));
        }

        // Slices that share their bytes would make much memory of a small file; no writer makes such.
        return stored <= parts.Select(part => part.Item1.Shard).Distinct().Sum(shard => Shard(shard).Length)
            ? parts
            : throw new ModelFileException(StatusCode.DataLoss, Prefix + CheckpointFiles.IndexSuffix, $"the slices of '{tensor.Name}' share their bytes; the index is damaged.");
    }

    private TensorSlice Inside(BundleEntry tensor, TensorSlice slice)
    {
        try
        {
            return slice.In(tensor.Shape);
        }
        catch (GraphException error)
        {
            throw new ModelFileException(StatusCode.DataLoss, Prefix + CheckpointFiles.IndexSuffix, $"'{tensor.Name}' cannot be read: {error.Message}", innerException: error);
        }
    }

    private void CheckPlace(BundleEntry entry, string name)
    {
        DataFile file = Shard(entry.Shard);
        if (entry.Offset > file.Length || entry.ByteLength > file.Length - entry.Offset)
        {
            throw ModelFileException.At(entry.Offset, $"{entry.ByteLength:n0} bytes of '{name}'", $"the end of the file at {file.Length:n0}").In(file.Path);
        }
    }

    // A checkpoint may have very many small tensors: nothing is allocated for one.
    private void ReadWhole(BundleEntry entry, Tensor target, CancellationToken cancel) => FileAccessErrors.Guard(
        Shard(entry.Shard).Path,
        (Reader: this, entry, target, cancel),
        static read =>
        {
            SafeFileHandle file = read.Reader.Shard(read.entry.Shard).Handle;
            uint crc = read.entry.DType == DType.String
                ? BundleStrings.Read(file, read.entry, read.target.Objects)
                : BundleBytes.Read(file, read.entry.Offset, read.target.Buffer, read.target.ByteLength, read.Reader._ahead, read.Reader.Counter, read.cancel);
            Verify(read.entry, read.entry.Name, crc);
            read.Reader.CheckBooleans(read.entry, read.target);
            return crc;
        });

    private void ReadParts(
        BundleEntry tensor, IReadOnlyList<(BundleEntry Entry, TensorSlice Place)> parts, TensorSlice wanted, Tensor target, CancellationToken cancel)
    {
        foreach ((BundleEntry part, TensorSlice place) in parts)
        {
            ReadPart(part, tensor, place, wanted, target, cancel);
        }

        CheckBooleans(tensor, target);
    }

    private void ReadPart(BundleEntry part, BundleEntry tensor, TensorSlice stored, TensorSlice wanted, Tensor target, CancellationToken cancel) =>
        FileAccessErrors.Guard(Path(part.Shard), () =>
        {
            SafeFileHandle file = Shard(part.Shard).Handle;
            uint crc;
            if (tensor.DType == DType.String)
            {
                object?[] values = new object?[stored.ShapeIn(tensor.Shape).ElementCount];
                crc = BundleStrings.Read(file, part, values);
                foreach (SliceRun run in SliceLayout.Runs(stored, wanted))
                {
                    values.AsSpan((int)run.Source, (int)run.Count).CopyTo(target.Objects[(int)run.Target..]);
                }
            }
            else
            {
                crc = BundleBytes.Scatter(new ChecksumReader(file, part.Offset, part.ByteLength), SliceLayout.Runs(stored, wanted), target, cancel);
            }

            return Verify(part, tensor.Name, crc);
        });

    private static uint Verify(BundleEntry entry, string name, uint crc) => crc == entry.Checksum
        ? crc
        : throw ModelFileException.At(entry.Offset, $"'{name}' with the checksum {entry.Checksum:x8}", $"{crc:x8}; the file is damaged");

    // A boolean that is neither 0 nor 1 makes code that relies on the type go astray.
    private void CheckBooleans(BundleEntry entry, Tensor value)
    {
        if (entry.DType == DType.Bool && !BundleBytes.AreBooleans(value))
        {
            throw new ModelFileException(StatusCode.DataLoss, Path(entry.Shard), $"expected '{entry.Name}' to hold 0 and 1, found another byte.");
        }
    }

    private string Path(int shard) => CheckpointFiles.DataPath(Prefix, shard, ShardCount);

    private DataFile Shard(int number)
    {
        if (!_shards.TryGetValue(number, out DataFile? file))
        {
            string path = Path(number);
            _shards[number] = file = FileAccessErrors.Guard(path, () =>
            {
                SafeFileHandle handle = File.OpenHandle(Openable.Of(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                return new DataFile(handle, path, RandomAccess.GetLength(handle));
            });
        }

        return file;
    }

    private sealed record DataFile(SafeFileHandle Handle, string Path, long Length);
}
