using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ModelSessions.Files;

/// <summary>What a NumPy array file says before its elements.</summary>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The shape.</param>
/// <param name="IsFortran">Whether the first index runs fastest.</param>
/// <param name="IsBigEndian">Whether the bytes of an element are turned round.</param>
/// <param name="TextSize">For texts the characters of each, of four bytes (<c>U</c>), or below 0 bytes (<c>S</c>); else 0.</param>
internal sealed record NumpyHeader(DType Type, Shape Shape, bool IsFortran, bool IsBigEndian, int TextSize)
{
    /// <summary>The bytes of an element in the file.</summary>
    public int ElementSize => TextSize > 0 ? 4 * TextSize : TextSize < 0 ? -TextSize : Type.Size();
}

/// <summary>Reads NumPy's array files (<c>.npy</c>, versions 1 to 3): numbers, booleans and texts. Pickled objects are refused, never loaded.</summary>
internal static class NumpyFile
{
    private const int LargestHeader = 1 << 16;
    private const int LargestRank = 32;
    private const int Step = 1 << 22;

    private static readonly Dictionary<string, DType> s_types = new(StringComparer.Ordinal)
    {
        ["b1"] = DType.Bool,
        ["c16"] = DType.Complex128,
        ["c8"] = DType.Complex64,
        ["f2"] = DType.Float16,
        ["f4"] = DType.Float32,
        ["f8"] = DType.Float64,
        ["i1"] = DType.Int8,
        ["i2"] = DType.Int16,
        ["i4"] = DType.Int32,
        ["i8"] = DType.Int64,
        ["u1"] = DType.UInt8,
        ["u2"] = DType.UInt16,
        ["u4"] = DType.UInt32,
        ["u8"] = DType.UInt64,
    };

    /// <summary>Reads the header; the stream stands at the elements then.</summary>
    /// <exception cref="ModelFileException">It is damaged, or of a type that is not read.</exception>
    public static NumpyHeader ReadHeader(Stream stream)
    {
        Span<byte> start = stackalloc byte[12];
        Fill(stream, start[..8]);
        if (start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
        {
            throw Damaged($"this is no NumPy array: it starts with {Convert.ToHexStringLower(start[..6])}");
        }

        int version = start[6];
        if (version is < 1 or > 3)
        {
            throw new ModelFileException(StatusCode.Unimplemented, null, $"the array's format is version {version}.{start[7]}; versions 1 to 3 are read. Save it again: numpy.save.");
        }

        int field = version == 1 ? 2 : 4;
        Fill(stream, start[..field]);
        uint length = field == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(start) : BinaryPrimitives.ReadUInt32LittleEndian(start);
        if (length > LargestHeader)
        {
            throw Damaged($"its header is said to be {length:n0} bytes long");
        }

        byte[] text = new byte[length];
        Fill(stream, text);
        return Parse(version == 3 ? Encoding.UTF8.GetString(text) : Encoding.Latin1.GetString(text));
    }

    /// <summary>Reads an array whole.</summary>
    /// <param name="stream">Its file.</param>
    /// <param name="limit">More bytes than this are refused.</param>
    public static Tensor Read(Stream stream, long limit)
    {
        NumpyHeader header = ReadHeader(stream);
        Int128 size = (Int128)header.ElementSize;
        foreach (long dimension in header.Shape.Dimensions)
        {
            size *= dimension;
        }

        if (size > limit)
        {
            throw new ModelFileException(StatusCode.ResourceExhausted, null, $"an array of shape {header.Shape} takes {size:n0} bytes; up to {limit:n0} are read into memory. Raise -MemoryLimit if there is room.");
        }

        byte[] bytes = ReadAll(stream, (int)size);
        return header.TextSize != 0 ? Texts(header, bytes) : Numbers(header, bytes);
    }

    private static Tensor Numbers(NumpyHeader header, byte[] bytes)
    {
        if (header.IsBigEndian)
        {
            int part = header.Type is DType.Complex64 or DType.Complex128 ? header.ElementSize / 2 : header.ElementSize;
            for (int at = 0; at < bytes.Length; at += part)
            {
                bytes.AsSpan(at, part).Reverse();
            }
        }

        Tensor tensor = Tensor.Uninitialized(header.Type, header.Shape);
        InOrder(header, (from, to) => bytes.AsSpan(from * header.ElementSize, header.ElementSize).CopyTo(tensor.Buffer.Bytes((long)to * header.ElementSize, header.ElementSize)), bytes, tensor);
        return tensor;
    }

    private static Tensor Texts(NumpyHeader header, byte[] bytes)
    {
        Tensor tensor = Tensor.Zeros(DType.String, header.Shape);
        Encoding encoding = header.TextSize < 0 ? Encoding.Latin1 : header.IsBigEndian ? new UTF32Encoding(bigEndian: true, byteOrderMark: false) : Encoding.UTF32;
        InOrder(header, (from, to) => tensor.Objects[to] = Encoding.UTF8.GetBytes(encoding.GetString(bytes, from * header.ElementSize, header.ElementSize).TrimEnd('\0')), null, null);
        return tensor;
    }

    // From the file's order to ours: the last index runs fastest.
    private static void InOrder(NumpyHeader header, Action<int, int> copy, byte[]? whole, Tensor? target)
    {
        int count = (int)header.Shape.ElementCount;
        if (!header.IsFortran || header.Shape.Rank < 2)
        {
            if (whole is not null)
            {
                whole.CopyTo(target!.Buffer.Bytes(0, whole.Length));
                return;
            }

            for (int i = 0; i < count; i++)
            {
                copy(i, i);
            }

            return;
        }

        int rank = header.Shape.Rank;
        int[] index = new int[rank];
        for (int to = 0; to < count; to++)
        {
            int from = 0;
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                from = from * (int)header.Shape[axis] + index[axis];
            }

            copy(from, to);
            for (int axis = rank - 1; axis >= 0 && ++index[axis] == header.Shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }
    }

    // A literal of Python: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
    private static NumpyHeader Parse(string text)
    {
        string descr = Value(text, "descr"), order = Value(text, "fortran_order"), shape = Value(text, "shape");
        if (descr is not ['\'' or '"', ..] || !shape.StartsWith('(') || order is not ("True" or "False"))
        {
            throw descr.StartsWith('[')
                ? new ModelFileException(StatusCode.Unimplemented, null, "it is an array of records with fields; arrays of numbers and texts are read. Save the fields one by one.")
                : Damaged("its header makes no sense");
        }

        List<long> dimensions = [];
        foreach (string part in shape.Trim('(', ')').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            dimensions.Add(long.TryParse(part.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? size : throw Damaged($"its shape is {shape}"));
        }

        if (dimensions.Count > LargestRank)
        {
            throw Damaged($"its shape has {dimensions.Count} dimensions");
        }

        string type = descr.Trim('\'', '"');
        char end = type.Length > 1 && type[0] is '<' or '>' or '=' or '|' ? type[0] : '=';
        string kind = type.TrimStart('<', '>', '=', '|');
        int textSize = kind.Length > 1 && kind[0] is 'U' or 'S' && int.TryParse(kind.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int letters) && letters is > 0 and < 1 << 20
            ? kind[0] == 'U' ? letters : -letters : 0;
        DType found = textSize != 0 ? DType.String : s_types.TryGetValue(kind, out DType number) ? number
            : throw new ModelFileException(
                StatusCode.Unimplemented, null, $"its elements are of NumPy's type '{type}'{(kind.StartsWith('O') ? " (Python objects), which are never loaded, since loading them may run code" : "")}; numbers, booleans and texts are read. Convert them in Python by astype.");
        return new NumpyHeader(found, Shape.Create([.. dimensions]), order == "True", end == '>', textSize);
    }

    private static string Value(string text, string key)
    {
        int at = text.IndexOf($"'{key}'", StringComparison.Ordinal);
        int colon = at < 0 ? -1 : text.IndexOf(':', at);
        if (colon < 0)
        {
            throw Damaged($"its header does not say '{key}'");
        }

        string rest = text[(colon + 1)..].TrimStart();
        int end = rest.StartsWith('(') ? rest.IndexOf(')', StringComparison.Ordinal) + 1 : rest.StartsWith('[') ? 1 : rest.IndexOfAny([',', '}']);
        return end > 0 ? rest[..end].Trim() : throw Damaged("its header is cut");
    }

    // Memory grows with what is really there, not with what the header claims.
    private static byte[] ReadAll(Stream stream, int count)
    {
        byte[] bytes = new byte[Math.Min(count, Step)];
        for (int at = 0; at < count;)
        {
            if (at == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
            }

            int read = stream.Read(bytes, at, bytes.Length - at);
            at += read > 0 ? read : throw Damaged($"it is cut: {count:n0} bytes must follow its header, {at:n0} do");
        }

        return bytes;
    }

    private static void Fill(Stream stream, Span<byte> into)
    {
        if (stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length)
        {
            throw Damaged("it is cut within its header");
        }
    }

    private static ModelFileException Damaged(string what) => new(StatusCode.DataLoss, null, what + ".");
}
