namespace ModelSessions.Files;

/// <summary>A tensor in a checkpoint of the first format.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The shape, fully defined.</param>
/// <param name="Shard">The number of the first file that has a part of it.</param>
/// <param name="ByteLength">The number of bytes of its value; 0 for strings, whose lengths only reading tells.</param>
/// <param name="Parts">Its slices, each with its file. A tensor that is stored whole has one.</param>
internal sealed record CheckpointV1Entry(string Name, DType DType, Shape Shape, int Shard, long ByteLength, IReadOnlyList<CheckpointV1Part> Parts)
    : CheckpointTensor(Name, DType, Shape, Shard, ByteLength, Parts is [{ Slice.IsWhole: true }] ? 0 : Parts.Count)
{
    /// <summary>Reads a SavedSliceMeta. What is wrong with it is its <see cref="CheckpointTensor.Fault"/>.</summary>
    public static CheckpointV1Entry Parse(ProtoReader meta, int file)
    {
        ReadOnlySpan<byte> name = [];
        Shape shape = Shape.Scalar;
        DType dtype = DType.Invalid;
        List<CheckpointV1Part> parts = [];
        while (meta.Next())
        {
            switch (meta.Tag)
            {
                case ProtoReader.Tags.Bytes1: name = meta.ReadBytes(); break;
                case ProtoReader.Tags.Bytes2: shape = ShapeParser.Parse(meta.ReadMessage()); break;
                case ProtoReader.Tags.Varint3: dtype = (DType)(int)meta.ReadVarint(); break;
                case ProtoReader.Tags.Bytes4: parts.Add(new CheckpointV1Part(file, SliceParser.Parse(meta.ReadMessage()))); break;
                default: meta.Skip(); break;
            }
        }

        return Of(TensorNames.Decode(name), dtype, shape, parts);
    }

    /// <summary>The same tensor with parts from another file.</summary>
    public CheckpointV1Entry With(CheckpointV1Entry other) => other.DType == DType && other.Shape.Equals(Shape)
        ? new CheckpointV1Entry(Name, DType, Shape, Shard, ByteLength, [.. Parts, .. other.Parts]) { Fault = Fault ?? other.Fault }
        : this with { Fault = $"it is {DType.Name()} {Shape} in one file and {other.DType.Name()} {other.Shape} in another." };

    private static CheckpointV1Entry Of(string name, DType dtype, Shape shape, List<CheckpointV1Part> parts)
    {
        int shard = parts is [var first, ..] ? first.File : 0;
        if (!dtype.IsKnown() || dtype is DType.Resource or DType.Variant)
        {
            return new CheckpointV1Entry(name, dtype, shape, shard, 0, parts) { Fault = $"its type is {dtype.Name()}, which no checkpoint can hold." };
        }

        try
        {
            return new CheckpointV1Entry(name, dtype, shape, shard, checked(shape.ElementCount * dtype.Size()), parts);
        }
        catch (OverflowException)
        {
            return new CheckpointV1Entry(name, dtype, shape, shard, 0, parts) { Fault = $"its shape {shape} is too large." };
        }
    }
}

/// <summary>A slice in a file.</summary>
/// <param name="File">The number of the file.</param>
/// <param name="Slice">The slice as it is written; its key is made of it.</param>
internal readonly record struct CheckpointV1Part(int File, TensorSlice Slice);
