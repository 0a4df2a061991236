using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Tensors as TensorProto: the constants of a graph.</summary>
/// <remarks>TensorFlow lets a TensorProto hold fewer values than its shape has elements: the last one is repeated, none means 0.
/// Values beyond the last element are not looked at. That makes a few bytes stand for much memory, so a limit guards files from strangers.</remarks>
public static class TensorCodec
{
    /// <summary>The largest tensor, in bytes, that a TensorProto may expand to when its values are not all written out.</summary>
    public const long ExpansionLimit = 1L << 31;


    /// <summary>Reads a TensorProto.</summary>
    /// <exception cref="GraphException">Unknown type, unfit shape, or content of another size.</exception>
    public static Tensor Parse(TensorProto proto)
    {
        ArgumentNullException.ThrowIfNull(proto);
        DType dtype = DTypes.FromProto(proto.Dtype);
        Shape shape = Shape.OfValue(proto.TensorShape);
        if (!dtype.IsKnown() || dtype is DType.Resource or DType.Variant)
        {
            throw Invalid($"A constant cannot have the type {dtype.Name()}.");
        }

        long bytes = ByteLength(dtype, shape);
        if (shape.ElementCount == 0)
        {
            // Python's zeros of an empty shape come with a value, which TensorFlow ignores.
            return Tensor.Zeros(dtype, shape);
        }

        if (dtype == DType.String)
        {
            return ParseStrings(proto, shape);
        }

        if (proto.TensorContent.Length == 0)
        {
            return ParseValues(proto, dtype, shape, bytes);
        }

        if (proto.TensorContent.Length != bytes)
        {
            throw Invalid($"A constant {dtype.Name()} {shape} has {proto.TensorContent.Length:n0} bytes of content; it needs {bytes:n0}.");
        }

        if (dtype == DType.Bool && proto.TensorContent.Span.ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw Invalid($"A constant bool {shape} has bytes other than 0 and 1 in its content.");
        }

        Tensor tensor = Tensor.Uninitialized(dtype, shape);
        proto.TensorContent.Span.CopyTo(tensor.Bytes());
        return tensor;
    }

    /// <summary>Writes a TensorProto as TensorFlow's Python does: one value in the typed field, several as raw bytes.</summary>
    /// <exception cref="GraphException">The tensor is too large for a protocol buffer, or of resources or variants.</exception>
    public static TensorProto ToProto(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        TensorProto proto = new() { Dtype = tensor.DType.ToProto(), TensorShape = tensor.Shape.ToProto() };
        if (tensor.DType == DType.String)
        {
            foreach (object? value in tensor.Objects)
            {
                proto.StringVal.Add(ByteString.CopyFrom((byte[]?)value ?? []));
            }

            return proto;
        }

        if (tensor.DType.IsObject() || tensor.ByteLength > int.MaxValue)
        {
            throw Invalid($"A constant {tensor.Describe()} does not fit into a graph.");
        }

        if (tensor.ElementCount == 1)
        {
            AddValue(proto, tensor);
        }
        else
        {
            proto.TensorContent = ByteString.CopyFrom(tensor.Bytes());
        }

        return proto;
    }

    private static long ByteLength(DType dtype, Shape shape)
    {
        try
        {
            return checked(shape.ElementCount * Math.Max(1, dtype.Size()));
        }
        catch (OverflowException)
        {
            throw Invalid($"A constant {dtype.Name()} {shape} is larger than any memory.");
        }
    }

    private static Tensor ParseStrings(TensorProto proto, Shape shape)
    {
        if (proto.TensorContent.Length > 0)
        {
            return TensorContent.ReadStrings(proto.TensorContent.Span, shape.ElementCount) is { } strings
                ? FromBytes(strings, shape)
                : throw Invalid($"A constant string {shape} has content that does not hold as many strings.");
        }

        int given = proto.StringVal.Count;
        long count = shape.ElementCount;
        if (count > Math.Max(given, ExpansionLimit / IntPtr.Size))
        {
            throw TooLarge(DType.String, shape);
        }

        Tensor tensor = Tensor.Zeros(DType.String, shape);
        byte[] last = [];
        for (int i = 0; i < count; i++)
        {
            last = i < given ? proto.StringVal[i].ToByteArray() : last;
            tensor.Objects[i] = last;
        }

        return tensor;
    }

    private static Tensor FromBytes(byte[][] strings, Shape shape)
    {
        Tensor tensor = Tensor.Zeros(DType.String, shape);
        strings.CopyTo(tensor.Objects);
        return tensor;
    }

    private static Tensor ParseValues(TensorProto proto, DType dtype, Shape shape, long bytes)
    {
        // Values beyond the last element, and half a complex number, are not looked at, as in TensorFlow.
        ReadOnlySpan<byte> values = Values(proto, dtype);
        int size = dtype.Size();
        values = values[..(int)Math.Min(bytes, values.Length / size * size)];
        if (bytes > values.Length && bytes > ExpansionLimit)
        {
            throw TooLarge(dtype, shape);
        }

        Tensor tensor = Tensor.Zeros(dtype, shape);
        if (values.Length == 0 || bytes == 0)
        {
            return tensor;
        }

        Span<byte> target = tensor.Bytes();
        values.CopyTo(target);
        // Double what is there until it is full: the last value, repeated.
        int filled = values.Length, from = values.Length - size;
        while (filled < target.Length)
        {
            int part = Math.Min(filled - from, target.Length - filled);
            target.Slice(from, part).CopyTo(target[filled..]);
            filled += part;
        }

        return tensor;
    }

    private static byte[] Values(TensorProto proto, DType dtype) => dtype switch
    {
        DType.Float32 => Pack(proto.FloatVal, 4, BinaryPrimitives.WriteSingleLittleEndian),
        DType.Float64 => Pack(proto.DoubleVal, 8, BinaryPrimitives.WriteDoubleLittleEndian),
        DType.Complex64 => Pack(proto.ScomplexVal, 4, BinaryPrimitives.WriteSingleLittleEndian),
        DType.Complex128 => Pack(proto.DcomplexVal, 8, BinaryPrimitives.WriteDoubleLittleEndian),
        DType.Int64 => Pack(proto.Int64Val, 8, BinaryPrimitives.WriteInt64LittleEndian),
        DType.UInt64 => Pack(proto.Uint64Val, 8, BinaryPrimitives.WriteUInt64LittleEndian),
        DType.UInt32 => Pack(proto.Uint32Val, 4, BinaryPrimitives.WriteUInt32LittleEndian),
        DType.Bool => Pack(proto.BoolVal, 1, (span, value) => span[0] = value ? (byte)1 : (byte)0),
        DType.Float16 or DType.BFloat16 => Pack(proto.HalfVal, 2, (span, value) => BinaryPrimitives.WriteUInt16LittleEndian(span, (ushort)value)),
        DType.Float8E5M2 or DType.Float8E4M3FN => proto.Float8Val.ToByteArray(),
        _ when dtype.Size() == 4 => Pack(proto.IntVal, 4, BinaryPrimitives.WriteInt32LittleEndian),
        _ when dtype.Size() == 2 => Pack(proto.IntVal, 2, (span, value) => BinaryPrimitives.WriteInt16LittleEndian(span, (short)value)),
        _ => Pack(proto.IntVal, 1, (span, value) => span[0] = (byte)value),
    };

    private static byte[] Pack<T>(IList<T> values, int size, WriteValue<T> write)
    {
        byte[] bytes = new byte[values.Count * size];
        for (int i = 0; i < values.Count; i++)
        {
            write(bytes.AsSpan(i * size), values[i]);
        }

        return bytes;
    }

    private static void AddValue(TensorProto proto, Tensor tensor)
    {
        ReadOnlySpan<byte> bytes = tensor.Bytes();
        switch (tensor.DType)
        {
            case DType.Float32: proto.FloatVal.Add(MemoryMarshal.Read<float>(bytes)); break;
            case DType.Float64: proto.DoubleVal.Add(MemoryMarshal.Read<double>(bytes)); break;
            case DType.Complex64: proto.ScomplexVal.AddRange(MemoryMarshal.Cast<byte, float>(bytes).ToArray()); break;
            case DType.Complex128: proto.DcomplexVal.AddRange(MemoryMarshal.Cast<byte, double>(bytes).ToArray()); break;
            case DType.Int64: proto.Int64Val.Add(MemoryMarshal.Read<long>(bytes)); break;
            case DType.UInt64: proto.Uint64Val.Add(MemoryMarshal.Read<ulong>(bytes)); break;
            case DType.UInt32: proto.Uint32Val.Add(MemoryMarshal.Read<uint>(bytes)); break;
            case DType.Bool: proto.BoolVal.Add(bytes[0] != 0); break;
            case DType.Float16 or DType.BFloat16: proto.HalfVal.Add(MemoryMarshal.Read<ushort>(bytes)); break;
            case DType.Float8E5M2 or DType.Float8E4M3FN: proto.Float8Val = ByteString.CopyFrom(bytes); break;
            case DType.UInt8 or DType.QUInt8 or DType.UInt4: proto.IntVal.Add(bytes[0]); break;
            case DType.Int8 or DType.QInt8 or DType.Int4: proto.IntVal.Add((sbyte)bytes[0]); break;
            case DType.Int16 or DType.QInt16: proto.IntVal.Add(MemoryMarshal.Read<short>(bytes)); break;
            case DType.UInt16 or DType.QUInt16: proto.IntVal.Add(MemoryMarshal.Read<ushort>(bytes)); break;
            default: proto.IntVal.Add(MemoryMarshal.Read<int>(bytes)); break;
        }
    }

    private static GraphException TooLarge(DType dtype, Shape shape) =>
        Invalid($"A constant {dtype.Name()} {shape} repeats few values into more than {ExpansionLimit:n0} bytes; use Fill in the graph.");

    private static GraphException Invalid(string message) => new(StatusCode.InvalidArgument, message);

    private delegate void WriteValue<in T>(Span<byte> target, T value);
}
