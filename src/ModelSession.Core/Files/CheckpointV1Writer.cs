using System.Buffers.Binary;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Writes a checkpoint in TensorFlow's first format, for graphs whose saver does: one table, in which each slice is a value.</summary>
/// <remarks>Tensors are only noted when they are added, and encoded one at a time: a table is written in the order of its keys.</remarks>
internal sealed class CheckpointV1Writer
{
    private readonly SortedDictionary<byte[], (byte[] Name, TensorSlice Slice, Tensor Value)> _slices = new(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
    private readonly Dictionary<string, SavedSliceMeta> _tensors = new(StringComparer.Ordinal);
    private readonly SavedTensorSliceMeta _meta = new() { Versions = new VersionDef { Producer = 1 } };

    /// <summary>Is told how many bytes of values have been written.</summary>
    public Action<long>? Written { get; set; }

    /// <summary>Notes a tensor.</summary>
    /// <exception cref="ArgumentException">There is one of that name already.</exception>
    public void Add(string name, Tensor value) => AddSlice(name, value.Shape, TensorSlice.Whole(value.Shape.Rank), value);

    /// <summary>Notes a slice of a tensor.</summary>
    /// <exception cref="ArgumentException">The value is not of the slice's shape, or the tensor was added with another type or shape, or the slice twice.</exception>
    /// <exception cref="GraphException">The slice is not inside of the shape.</exception>
    public void AddSlice(string name, Shape full, TensorSlice slice, Tensor value)
    {
        if (!slice.ShapeIn(full).Equals(value.Shape))
        {
            throw new ArgumentException($"Slice in shape_and_slice specification does not match the shape of the tensor to save: '{name}' {full}, slice {slice}, tensor {value.Shape}", nameof(value));
        }

        if (SavedValues.Field(value.DType) == 0)
        {
            throw new UnsupportedFeatureException($"'{name}' is {value.DType.Name()}, which V1 checkpoints cannot hold. Save in the second format.", $"{value.DType.Name()} in V1 checkpoints");
        }

        byte[] bytes = TensorNames.Encode(name);
        if (!_tensors.TryGetValue(name, out SavedSliceMeta? meta))
        {
            meta = new SavedSliceMeta { Name = name, Shape = full.ToProto(), Type = value.DType.ToProto() };
            _tensors.Add(name, meta);
            _meta.Tensor.Add(meta);
        }

        if (meta.Type != value.DType.ToProto() || !Shape.FromProto(meta.Shape).Equals(full))
        {
            throw new ArgumentException($"Slices of '{name}' do not fit together: {DTypes.FromProto(meta.Type).Name()} {Shape.FromProto(meta.Shape)} and {value.DType.Name()} {full}.", nameof(value));
        }

        meta.Slice.Add(slice.ToProto());
        if (!_slices.TryAdd(OrderedCode.SliceKey(bytes, slice), (bytes, slice, value)))
        {
            throw new ArgumentException($"The checkpoint has the slice {slice} of '{name}' already.", nameof(slice));
        }
    }

    /// <summary>Writes the table.</summary>
    public void WriteTo(Stream stream, CancellationToken cancel)
    {
        TableWriter table = new(stream);
        table.Add([], new SavedTensorSlices { Meta = _meta }.ToByteArray());
        foreach ((byte[] key, (byte[] name, TensorSlice slice, Tensor value)) in _slices)
        {
            cancel.ThrowIfCancellationRequested();
            ByteWriter saved = new();
            WriteField(saved, 1, name);
            WriteField(saved, 2, slice.ToProto().ToByteArray());
            ByteWriter values = new();
            WriteValues(values, value);
            WriteField(saved, 3, values.Written);
            ByteWriter whole = new();
            WriteField(whole, 2, saved.Written);
            table.Add(key, whole.Written);
            Written?.Invoke(value.ByteLength);
        }

        table.Finish();
    }

    private static void WriteValues(ByteWriter proto, Tensor value)
    {
        int field = SavedValues.Field(value.DType);
        if (value.DType == DType.String)
        {
            foreach (object? element in value.Objects)
            {
                WriteField(proto, field, (byte[]?)element ?? []);
            }
        }
        else if (SavedValues.IsFixed(value.DType))
        {
            WriteField(proto, field, value.Bytes());
        }
        else
        {
            ByteWriter packed = new();
            int size = value.DType.Size();
            ReadOnlySpan<byte> bytes = value.Bytes();
            for (int at = 0; at < bytes.Length; at += size)
            {
                packed.WriteVarint((ulong)Element(bytes[at..], value.DType, size));
            }

            WriteField(proto, field, packed.Written);
        }
    }

    // Protocol buffers write negative numbers of 32 bits as ones of 64.
    private static long Element(ReadOnlySpan<byte> bytes, DType dtype, int size) => (size, dtype) switch
    {
        (1, DType.Int8 or DType.QInt8) => (sbyte)bytes[0],
        (1, _) => bytes[0],
        (2, DType.Int16) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        (2, _) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (4, _) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
    };

    private static void WriteField(ByteWriter writer, int number, ReadOnlySpan<byte> value)
    {
        writer.WriteVarint((ulong)(number << 3 | 2));
        writer.WriteVarint((ulong)value.Length);
        writer.Write(value);
    }
}
