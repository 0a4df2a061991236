using System.Buffers.Binary;
using System.IO.Compression;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>An idx file: element type, sizes of its dimensions, then the elements.</summary>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The sizes: number of examples first.</param>
/// <param name="Bytes">The elements, row-major, little-endian.</param>
internal sealed record IdxFile(DType Type, Shape Shape, byte[] Bytes)
{
    private const int GzipMagic = 0x1F8B;
    private const int LargestRank = 8;

    private static readonly Dictionary<byte, DType> s_types = new()
    {
        [0x08] = DType.UInt8,
        [0x09] = DType.Int8,
        [0x0B] = DType.Int16,
        [0x0C] = DType.Int32,
        [0x0D] = DType.Float32,
        [0x0E] = DType.Float64,
    };

    /// <summary>The array as a tensor.</summary>
    public Tensor ToTensor()
    {
        Tensor tensor = Tensor.Uninitialized(Type, Shape);
        Bytes.CopyTo(tensor.Buffer.Bytes(0, Bytes.Length));
        return tensor;
    }

    /// <summary>Reads a file, compressed by gzip or not.</summary>
    /// <exception cref="ModelFileException">It is missing, cut, too long, or no idx file.</exception>
    public static IdxFile Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(Openable.Of(path));
            return Read(file, path);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(path, error);
        }
    }

    /// <summary>Reads a stream that can seek.</summary>
    public static IdxFile Read(Stream stream, string path)
    {
        Span<byte> magic = stackalloc byte[2];
        bool compressed = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && BinaryPrimitives.ReadUInt16BigEndian(magic) == GzipMagic;
        stream.Position = 0;
        try
        {
            return compressed ? Parse(new GZipStream(stream, CompressionMode.Decompress), path, null) : Parse(stream, path, stream.Length);
        }
        catch (InvalidDataException error)
        {
            throw new ModelFileException(StatusCode.DataLoss, path, "the compressed file is damaged.", innerException: error);
        }
    }

    /// <summary>Reads type and shape; the stream stands at the elements then, which are big-endian.</summary>
    /// <exception cref="ModelFileException">It is no idx file, or cut.</exception>
    public static (DType Type, Shape Shape) ReadHeader(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[4 + LargestRank * 4];
        ReadHeader(stream, start[..4], path);
        if (start[0] != 0 || start[1] != 0 || !s_types.TryGetValue(start[2], out DType type) || start[3] is 0 or > LargestRank)
        {
            throw new ModelFileException(StatusCode.DataLoss, path, $"this is no idx file: it starts with {Convert.ToHexStringLower(start[..4])} instead of two zeros, the type of the elements (08 for bytes), and the number of dimensions.", 0);
        }

        Span<byte> sizes = start.Slice(4, start[3] * 4);
        ReadHeader(stream, sizes, path);
        long[] dimensions = new long[start[3]];
        for (int i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadUInt32BigEndian(sizes[(4 * i)..]);
        }

        return (type, Shape.Create(dimensions));
    }

    private static IdxFile Parse(Stream stream, string path, long? length)
    {
        (DType type, Shape shape) = ReadHeader(stream, path);
        UInt128 count = (UInt128)type.Size();
        foreach (long size in shape.Dimensions)
        {
            count *= (ulong)size;
        }

        long header = 4 + 4 * shape.Rank;
        if (count > (ulong)Array.MaxLength || (length is { } known && (long)count > known - header))
        {
            throw new ModelFileException(StatusCode.DataLoss, path, $"it is cut: {shape} takes {count:n0} bytes{(length is null ? "" : $", the file has {length - header:n0} after its header")}.", header);
        }

        byte[] bytes = ReadAll(stream, (int)count, header, path);
        for (int at = 0; type.Size() > 1 && at < bytes.Length; at += type.Size())
        {
            bytes.AsSpan(at, type.Size()).Reverse();
        }

        return new IdxFile(type, shape, bytes);
    }

    // Memory grows with what is really there, not with what the header claims.
    private static byte[] ReadAll(Stream stream, int count, long header, string path)
    {
        const int part = 1 << 22;
        byte[] bytes = new byte[Math.Min(count, part)];
        int at = 0;
        while (at < count)
        {
            if (at == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(count, bytes.Length * 2L));
            }

            int read = stream.Read(bytes, at, bytes.Length - at);
            if (read == 0)
            {
                throw new ModelFileException(StatusCode.DataLoss, path, $"it is cut: {count:n0} bytes must follow its header, {at:n0} do.", header + at);
            }

            at += read;
        }

        return stream.ReadByte() < 0
            ? bytes
            : throw new ModelFileException(StatusCode.DataLoss, path, $"it is longer than its header says: {count:n0} bytes should follow.", header + count);
    }

    private static void ReadHeader(Stream stream, Span<byte> target, string path)
    {
        if (stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
        {
            throw new ModelFileException(StatusCode.DataLoss, path, "it is cut within its header.");
        }
    }
}
