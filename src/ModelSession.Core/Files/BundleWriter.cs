namespace ModelSessions.Files;

/// <summary>Writes the tensors of a bundle that go into one data file, one after the other. The bytes are those of TensorFlow's writer.</summary>
/// <param name="data">Where the tensors go, from its start.</param>
/// <param name="shard">The number of the data file.</param>
/// <param name="shardCount">The number of data files that the index speaks of; those without tensors need not exist.</param>
internal sealed class BundleWriter(Stream data, int shard = 0, int shardCount = 1)
{
    // As much as the processor's second cache holds: a part is written while its checksum has just been taken.
    private const int PartSize = 1 << 18;

    private readonly BundleIndexWriter _index = new();
    private readonly int _shardCount = shardCount;
    private long _offset;

    /// <summary>Is told of each part that is written, how many bytes it has.</summary>
    public Action<long>? Written { get; set; }

    /// <summary>Whether nothing has been added.</summary>
    public bool IsEmpty => _index.Count == 0;

    /// <summary>Writes a tensor. Names are unique, and not empty.</summary>
    /// <exception cref="ArgumentException">There is a tensor of that name already.</exception>
    /// <exception cref="UnsupportedFeatureException">Resources and variants have no form in files.</exception>
    public void Add(string name, Tensor tensor, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Write(name, name, tensor, cancel);
    }

    /// <summary>Writes a slice of a tensor; others may follow, here or in another data file. One that is all of it is stored as a whole.</summary>
    /// <param name="name">The name of the tensor.</param>
    /// <param name="full">Its shape.</param>
    /// <param name="slice">Which slice it is. As it is written here it is stored: <c>-</c> stays.</param>
    /// <param name="tensor">The slice's value.</param>
    /// <param name="cancel">Stops the writing.</param>
    /// <exception cref="ArgumentException">The value is not of the slice's shape, or the tensor was added with another type or shape.</exception>
    /// <exception cref="GraphException">The slice is not inside of the shape.</exception>
    public void AddSlice(string name, Shape full, TensorSlice slice, Tensor tensor, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Shape shape = slice.ShapeIn(full);
        if (!shape.Equals(tensor.Shape))
        {
            throw new ArgumentException($"Slice in shape_and_slice specification does not match the shape of the tensor to save: '{name}' {full}, slice {slice}, tensor {tensor.Shape}", nameof(tensor));
        }

        if (slice.IsWhole || shape.Equals(full))
        {
            Add(name, tensor, cancel);
            return;
        }

        // In TensorFlow's merged indexes this entry has the number of the first data file that has a slice.
        _index.Add(new BundleEntry(name, tensor.DType, full, shard, 0, 0, 0, [slice]));
        Write(BundleIndex.SliceName(name, slice), name, tensor, cancel);
    }

    /// <summary>Writes the index of all tensors added.</summary>
    public void WriteIndex(Stream index) => _index.WriteTo(index, _shardCount);

    /// <summary>Writes one index of all data files.</summary>
    /// <param name="index">Where it goes.</param>
    /// <param name="shards">The writers of the data files, in the order of their numbers.</param>
    /// <param name="shift">Is added to the numbers of the data files and to their count.</param>
    public static void WriteIndex(Stream index, IReadOnlyList<BundleWriter> shards, int shift = 0)
    {
        BundleIndexWriter merged = shards[0]._index;
        if (shards.Count > 1)
        {
            merged = new BundleIndexWriter();
            foreach (BundleEntry entry in shards.SelectMany(shard => shard._index.Entries))
            {
                merged.Add(entry);
            }
        }

        merged.WriteTo(index, shards[0]._shardCount + shift, shift);
    }

    private void Write(string key, string name, Tensor tensor, CancellationToken cancel)
    {
        if (tensor.DType is DType.Resource or DType.Variant)
        {
            throw new UnsupportedFeatureException($"The tensor '{name}' is a {tensor.DType.Name()}; checkpoints hold numbers and strings only.", tensor.DType.Name());
        }

        (long length, uint crc) = tensor.DType == DType.String ? WriteStrings(tensor) : (tensor.ByteLength, WriteBytes(tensor, cancel));
        _index.Add(new BundleEntry(key, tensor.DType, tensor.Shape, shard, _offset, length, crc, []));
        _offset += length;
    }

    private (long Length, uint Checksum) WriteStrings(Tensor tensor)
    {
        (byte[] head, uint crc) = BundleStrings.Head(tensor.Objects);
        data.Write(head);
        long length = head.Length;
        foreach (object? value in tensor.Objects)
        {
            byte[] content = (byte[]?)value ?? [];
            crc = Crc32C.Append(crc, content);
            data.Write(content);
            length += content.Length;
        }

        return (length, crc);
    }

    private uint WriteBytes(Tensor tensor, CancellationToken cancel)
    {
        uint crc = 0;
        for (long at = 0; at < tensor.ByteLength; at += PartSize)
        {
            cancel.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> part = tensor.Buffer.Bytes(at, (int)Math.Min(PartSize, tensor.ByteLength - at));
            crc = Crc32C.Append(crc, part);
            data.Write(part);
            Written?.Invoke(part.Length);
        }

        return crc;
    }
}
