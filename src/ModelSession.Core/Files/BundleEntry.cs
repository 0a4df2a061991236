using System.Runtime.CompilerServices;

namespace ModelSessions.Files;

/// <summary>A tensor, or a slice of one, in a bundle: what it is and where its bytes stand.</summary>
/// <param name="Name">Its name; of a slice, its key.</param>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The shape, fully defined.</param>
/// <param name="Shard">The number of the data file.</param>
/// <param name="Offset">Where in the data file.</param>
/// <param name="ByteLength">The number of bytes there; of a partitioned tensor, of all its slices.</param>
/// <param name="Checksum">crc32c of the bytes.</param>
/// <param name="Slices">The slices, each an entry of its own; empty if it is stored whole.</param>
internal sealed record BundleEntry(
    string Name, DType DType, Shape Shape, int Shard, long Offset, long ByteLength, uint Checksum, IReadOnlyList<TensorSlice> Slices)
    : CheckpointTensor(Name, DType, Shape, Shard, ByteLength, Slices.Count)
{
    private static readonly IReadOnlyList<TensorSlice> s_none = [];

    /// <summary>Reads a BundleEntryProto. What is wrong with it is its <see cref="CheckpointTensor.Fault"/>: other tensors can be read all the same.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The message.</param>
    /// <param name="shardCount">The number of data files.</param>
    /// <param name="shape">The shape of the entry before; becomes that of this one.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static BundleEntry Parse(string name, ReadOnlySpan<byte> value, int shardCount, ref (byte[] Bytes, Shape Shape)? shape)
    {
        try
        {
            BundleEntry entry = ParseFields(name, value, ref shape);
            return entry.FindFault(shardCount) is { } fault ? entry with { Fault = fault } : entry;
        }
        catch (ModelSessionException error) when (error is ModelFileException or GraphException)
        {
            return new BundleEntry(name, DType.Invalid, Shape.Unknown, 0, 0, 0, 0, []) { Fault = $"its entry in the index is damaged: {error.Message}" };
        }
    }

    /// <summary>Writes a BundleEntryProto as TensorFlow does: fields in order, zeros left out, but always the shape.</summary>
    /// <param name="writer">Receives it.</param>
    /// <param name="shift">Is added to the number of the data file.</param>
    public void WriteTo(ByteWriter writer, int shift = 0)
    {
        WriteField(writer, ProtoReader.Tags.Varint1, (long)DType);
        WriteShape(writer);
        WriteField(writer, ProtoReader.Tags.Varint3, Shard + shift);
        WriteField(writer, ProtoReader.Tags.Varint4, Offset);
        // Of a partitioned tensor this is the sum of the slices; its own entry has no bytes.
        WriteField(writer, ProtoReader.Tags.Varint5, SliceCount > 0 ? 0 : ByteLength);
        if (SliceCount == 0 && Crc32C.Mask(Checksum) is not 0 and uint masked)
        {
            writer.WriteVarint(ProtoReader.Tags.Fixed6);
            writer.WriteUInt32(masked);
        }

        foreach (TensorSlice slice in Slices)
        {
            WriteField(writer, ProtoReader.Tags.Bytes7, Google.Protobuf.MessageExtensions.ToByteArray(slice.ToProto()));
        }
    }

    private void WriteShape(ByteWriter writer)
    {
        int length = 0;
        foreach (long size in Shape.Dimensions)
        {
            // Each dimension is a message of at most ten bytes: tag and length take one each.
            length += 2 + DimensionLength(size);
        }

        writer.WriteVarint(ProtoReader.Tags.Bytes2);
        writer.WriteVarint((ulong)length);
        foreach (long size in Shape.Dimensions)
        {
            writer.WriteVarint(ProtoReader.Tags.Bytes2);
            writer.WriteVarint((ulong)DimensionLength(size));
            WriteField(writer, ProtoReader.Tags.Varint1, size);
        }
    }

    private static int DimensionLength(long size) => size == 0 ? 0 : 1 + ByteWriter.VarintLength((ulong)size);

    private static void WriteField(ByteWriter writer, ulong tag, long value)
    {
        if (value != 0)
        {
            writer.WriteVarint(tag);
            writer.WriteVarint((ulong)value);
        }
    }

    private static void WriteField(ByteWriter writer, ulong tag, ReadOnlySpan<byte> value)
    {
        writer.WriteVarint(tag);
        writer.WriteVarint((ulong)value.Length);
        writer.Write(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static BundleEntry ParseFields(string name, ReadOnlySpan<byte> value, ref (byte[] Bytes, Shape Shape)? lastShape)
    {
        int shard = 0;
        Shape shape = Shape.Scalar;
        DType dtype = DType.Invalid;
        long offset = 0, size = 0;
        uint checksum = 0;
        List<TensorSlice>? slices = null;
        ProtoReader reader = new(value, 0);
        while (reader.Next())
        {
            switch (reader.Tag)
            {
                case ProtoReader.Tags.Varint1: dtype = (DType)(int)reader.ReadVarint(); break;
                case ProtoReader.Tags.Bytes2: shape = ReadShape(ref reader, ref lastShape); break;
                case ProtoReader.Tags.Varint3: shard = (int)reader.ReadVarint(); break;
                case ProtoReader.Tags.Varint4: offset = (long)reader.ReadVarint(); break;
                case ProtoReader.Tags.Varint5: size = (long)reader.ReadVarint(); break;
                case ProtoReader.Tags.Fixed6: checksum = reader.ReadFixed32(); break;
                case ProtoReader.Tags.Bytes7: (slices ??= []).Add(SliceParser.Parse(reader.ReadMessage())); break;
                default: reader.Skip(); break;
            }
        }

        return new BundleEntry(name, dtype, shape, shard, offset, size, Crc32C.Unmask(checksum), slices ?? s_none);
    }

    private static Shape ReadShape(ref ProtoReader reader, ref (byte[] Bytes, Shape Shape)? last)
    {
        ReadOnlySpan<byte> bytes = reader.ReadBytes();
        return ShapeParser.Parse(bytes, reader.Position - bytes.Length, ref last);
    }

    // What an entry claims must agree with itself, so that nothing larger than the file is ever allocated.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private string? FindFault(int shardCount)
    {
        if (!DType.IsKnown() || DType is DType.Resource or DType.Variant)
        {
            return $"its type is {DType.Name()}, which no checkpoint can hold.";
        }

        if (Shard < 0 || Shard >= shardCount || Offset < 0 || ByteLength < 0)
        {
            return $"its entry in the index is damaged: {ByteLength:n0} bytes from {Offset:n0} of data file {Shard} (there are {shardCount}).";
        }

        if (SliceCount > 0)
        {
            return ByteLength > 0 ? "its entry in the index is damaged: it has slices and bytes of its own." : MinimumLength < 0 ? $"its shape {Shape} is too large." : null;
        }

        bool fits = DType == DType.String ? MinimumLength >= 0 && ByteLength >= MinimumLength : ByteLength == MinimumLength;
        return fits ? null : $"its entry in the index is damaged: {DType.Name()} {Shape} does not fit into {ByteLength:n0} bytes.";
    }

    // Each string takes at least one byte for its length, and all of them four for the checksum. −1 is beyond any memory.
    private long MinimumLength
    {
        get
        {
            try
            {
                return DType == DType.String ? checked(Shape.ElementCount + sizeof(uint)) : checked(Shape.ElementCount * DType.Size());
            }
            catch (OverflowException)
            {
                return -1;
            }
        }
    }
}
