using System.Text;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Writes a tensor bundle with one data file: the data as tensors are added, the index at the end. The bytes are those of TensorFlow's writer.</summary>
/// <param name="data">Where the tensors go; one after the other from its start.</param>
/// <param name="shard">The number of the data file.</param>
/// <param name="shardCount">The number of data files that the index speaks of; those without tensors need not exist.</param>
internal sealed class BundleWriter(Stream data, int shard = 0, int shardCount = 1)
{
    // As much as the processor's second cache holds: a part is written while its checksum has just been taken.
    private const int PartSize = 1 << 18;

    private readonly SortedDictionary<byte[], BundleEntryProto> _entries = new(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
    private long _offset;

    /// <summary>Writes a tensor. Names are unique, and not empty.</summary>
    /// <exception cref="UnsupportedFeatureException">Resources and variants have no form in files.</exception>
    public void Add(string name, Tensor tensor, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (tensor.DType is DType.Resource or DType.Variant)
        {
            throw new UnsupportedFeatureException($"The tensor '{name}' is a {tensor.DType.Name()}; checkpoints hold numbers and strings only.", tensor.DType.Name());
        }

        BundleEntryProto entry = new() { Dtype = tensor.DType.ToProto(), Shape = tensor.Shape.ToProto(), ShardId = shard, Offset = _offset };
        if (!_entries.TryAdd(Encoding.UTF8.GetBytes(name), entry))
        {
            throw new ArgumentException($"The bundle has a tensor '{name}' already.", nameof(name));
        }

        uint crc = tensor.DType == DType.String ? WriteStrings(tensor) : WriteBytes(tensor, cancel);
        entry.Size = data.Position - _offset;
        entry.Crc32C = Crc32C.Mask(crc);
        _offset = data.Position;
    }

    /// <summary>Writes the index of all tensors added.</summary>
    public void WriteIndex(Stream index)
    {
        TableWriter table = new(index);
        BundleHeaderProto header = new() { NumShards = shardCount, Version = new VersionDef { Producer = 1 } };
        table.Add([], header.ToByteArray());
        foreach ((byte[] key, BundleEntryProto entry) in _entries)
        {
            table.Add(key, entry.ToByteArray());
        }

        table.Finish();
    }

    private uint WriteStrings(Tensor tensor)
    {
        (byte[] head, uint crc) = BundleStrings.Head(tensor.Objects);
        data.Write(head);
        foreach (object? value in tensor.Objects)
        {
            byte[] content = (byte[]?)value ?? [];
            crc = Crc32C.Append(crc, content);
            data.Write(content);
        }

        return crc;
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
        }

        return crc;
    }
}
