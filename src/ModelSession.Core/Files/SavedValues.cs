using System.Buffers.Binary;

namespace ModelSessions.Files;

/// <summary>The values of a slice in a V1 checkpoint: a TensorProto with neither type nor shape, all values in the field of their type.</summary>
internal static class SavedValues
{
    private const int ContentField = 4;
    private const int StringField = 8;

    /// <summary>Fills a tensor; there must be a value for each element.</summary>
    public static void Parse(ReadOnlySpan<byte> proto, Tensor target)
    {
        if (target.DType == DType.String)
        {
            ParseStrings(proto, target.Objects);
            return;
        }

        if (target.ByteLength > int.MaxValue)
        {
            throw new UnsupportedFeatureException($"A slice of {target.ByteLength:n0} bytes is larger than a protocol buffer can be.", "large slice of a V1 checkpoint");
        }

        ParseNumbers(proto, target);
        if (target.DType == DType.Bool && !BundleBytes.AreBooleans(target))
        {
            throw new ModelFileException(StatusCode.DataLoss, null, "expected booleans that are 0 or 1, found another number.");
        }
    }

    /// <summary>Copies a run of elements.</summary>
    public static void Copy(Tensor source, SliceRun run, Tensor target)
    {
        if (source.DType == DType.String)
        {
            source.Objects.Slice((int)run.Source, (int)run.Count).CopyTo(target.Objects[(int)run.Target..]);
            return;
        }

        int size = source.DType.Size();
        // A stored slice has at most 2 GiB, so a run has too.
        source.Buffer.Bytes(run.Source * size, (int)(run.Count * size)).CopyTo(target.Buffer.Bytes(run.Target * size, (int)(run.Count * size)));
    }

    /// <summary>The number of the TensorProto's field that holds values of a type; 0 for the types that TensorFlow does not put into such checkpoints.</summary>
    public static int Field(DType dtype) => dtype switch
    {
        DType.Float32 => 5,
        DType.Float64 => 6,
        DType.String => StringField,
        DType.Complex64 => 9,
        DType.Int64 => 10,
        DType.Bool => 11,
        DType.Complex128 => 12,
        DType.Float16 => 13,
        DType.Int8 or DType.Int16 or DType.Int32 or DType.UInt8 or DType.UInt16 or DType.QInt8 or DType.QUInt8 or DType.QInt32 => 7,
        _ => 0,
    };

    /// <summary>Whether values of a type stand there as their bytes; the others are varints.</summary>
    public static bool IsFixed(DType dtype) => dtype is DType.Float32 or DType.Float64 or DType.Complex64 or DType.Complex128;

    private static void ParseStrings(ReadOnlySpan<byte> proto, Span<object?> values)
    {
        int count = 0;
        ProtoReader reader = new(proto, 0);
        while (reader.Next())
        {
            if (reader.Tag != Tag(StringField, 2))
            {
                reader.Skip();
                continue;
            }

            byte[] value = reader.ReadBytes().ToArray();
            if (count == values.Length)
            {
                throw WrongCount(values.Length, count + 1);
            }

            values[count++] = value;
        }

        if (count != values.Length)
        {
            throw WrongCount(values.Length, count);
        }
    }

    private static void ParseNumbers(ReadOnlySpan<byte> proto, Tensor target)
    {
        int field = Field(target.DType), size = target.DType.Size(), filled = 0;
        if (field == 0)
        {
            throw new UnsupportedFeatureException($"V1 checkpoints have no values of type {target.DType.Name()}.", $"{target.DType.Name()} in V1 checkpoints");
        }

        Span<byte> bytes = target.Buffer.Bytes(0, (int)target.ByteLength);
        ProtoReader reader = new(proto, 0);
        while (reader.Next())
        {
            if (reader.Tag == Tag(field, 2) || reader.Tag == Tag(ContentField, 2))
            {
                bool raw = IsFixed(target.DType) || reader.Tag == Tag(ContentField, 2);
                ReadOnlySpan<byte> packed = reader.ReadBytes();
                filled += raw ? CopyRaw(packed, bytes[filled..]) : CopyVarints(packed, bytes[filled..], size);
            }
            else if (reader.Tag == Tag(field, 0) && !IsFixed(target.DType))
            {
                filled += Store(reader.ReadVarint(), bytes[filled..], size);
            }
            else if (reader.Tag == Tag(field, 5))
            {
                filled += Store(reader.ReadFixed32(), bytes[filled..], sizeof(uint));
            }
            else
            {
                reader.Skip();
            }
        }

        if (filled != bytes.Length)
        {
            throw WrongCount(bytes.Length / size, filled / size);
        }
    }

    private static int CopyRaw(ReadOnlySpan<byte> values, Span<byte> target)
    {
        if (values.Length > target.Length)
        {
            throw WrongLength(target.Length, values.Length);
        }

        values.CopyTo(target);
        return values.Length;
    }

    private static int CopyVarints(ReadOnlySpan<byte> values, Span<byte> target, int size)
    {
        int filled = 0;
        ByteReader reader = new(values, 0);
        while (reader.Left > 0)
        {
            filled += Store(reader.ReadVarint("a value"), target[filled..], size);
        }

        return filled;
    }

    private static int Store(ulong value, Span<byte> target, int size)
    {
        if (target.Length < size)
        {
            throw WrongLength(0, size);
        }

        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes[..size].CopyTo(target);
        return size;
    }

    private static ulong Tag(int field, int wireType) => (ulong)(field << 3 | wireType);

    private static ModelFileException WrongCount(long expected, long found) =>
        new(StatusCode.DataLoss, null, $"expected a slice of {expected:n0} values, found {found:n0}; the file is damaged.");

    private static ModelFileException WrongLength(long expected, long found) =>
        new(StatusCode.DataLoss, null, $"a slice has {found:n0} bytes of values where {expected:n0} are left; the file is damaged.");
}
