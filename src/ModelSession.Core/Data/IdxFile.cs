using System.Buffers.Binary;
using System.IO.Compression;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>An idx file of bytes: sizes of its dimensions, then the elements.</summary>
/// <param name="Shape">The sizes: number of examples first.</param>
/// <param name="Bytes">The elements, row-major.</param>
internal sealed record IdxFile(Shape Shape, byte[] Bytes)
{
    private const int GzipMagic = 0x1F8B;
    private const byte UnsignedByte = 8;
    private const int LargestRank = 8;

    /// <summary>Reads a file, compressed by gzip or not.</summary>
    /// <exception cref="ModelFileException">It is missing, cut, too long, or no idx file of bytes.</exception>
    public static IdxFile Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
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

    private static IdxFile Parse(Stream stream, string path, long? length)
    {
        Span<byte> start = stackalloc byte[4 + LargestRank * 4];
        ReadHeader(stream, start[..4], path);
        if (start[0] != 0 || start[1] != 0 || start[2] != UnsignedByte || start[3] is 0 or > LargestRank)
        {
            throw new ModelFileException(StatusCode.DataLoss, path, $"this is no idx file of bytes: it starts with {Convert.ToHexStringLower(start[..4])} instead of 0000080N.", 0);
        }

        Span<byte> sizes = start.Slice(4, start[3] * 4);
        ReadHeader(stream, sizes, path);
        long[] dimensions = new long[start[3]];
        UInt128 count = 1;
        for (int i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadUInt32BigEndian(sizes[(4 * i)..]);
            count *= (ulong)dimensions[i];
        }

        long header = 4 + sizes.Length;
        if (count > (ulong)Array.MaxLength || (length is { } known && (long)count > known - header))
        {
            throw new ModelFileException(StatusCode.DataLoss, path, $"it is cut: {new Shape(dimensions)} takes {count:n0} bytes{(length is null ? "" : $", the file has {length - header:n0} after its header")}.", header);
        }

        return new IdxFile(new Shape(dimensions), ReadAll(stream, (int)count, header, path));
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
