using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ModelSessions.Files;

/// <summary>Writes PNG files with libpng's choice of filters and zlib's compression: the bytes are TensorFlow's (but for level 0).</summary>
internal static class PngEncoder
{
    private const int PartSize = 8192, DefaultLevel = 6, SmallImage = 16384;

    /// <summary>Writes an image.</summary>
    /// <typeparam name="T">byte for 8 bits a channel, ushort for 16.</typeparam>
    /// <param name="values">Rows of pixels.</param>
    /// <param name="height">The number of rows, not 0.</param>
    /// <param name="width">The number of pixels in a row, not 0.</param>
    /// <param name="channels">1 to 4.</param>
    /// <param name="level">How hard to compress, 0 to 9; −1 for zlib's choice.</param>
    public static byte[] Encode<T>(ReadOnlySpan<T> values, int height, int width, int channels, int level = -1)
        where T : unmanaged
    {
        int size = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        PngColor color = channels switch { 1 => PngColor.Grey, 2 => PngColor.GreyAlpha, 3 => PngColor.Rgb, _ => PngColor.Rgba };
        PngHeader header = new(width, height, size * 8, color, false);
        byte[] rows = Filter(BigEndian(values, size), header);
        byte[] packed = Compress(rows, header, level < 0 ? DefaultLevel : level);

        using MemoryStream file = new();
        Span<byte> start = stackalloc byte[PngHeader.Length];
        header.WriteTo(start);
        file.Write(PngFile.Signature);
        WriteChunk(file, "IHDR"u8, start);
        for (int at = 0; at < packed.Length; at += PartSize)
        {
            WriteChunk(file, "IDAT"u8, packed.AsSpan(at, Math.Min(PartSize, packed.Length - at)));
        }

        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] BigEndian<T>(ReadOnlySpan<T> values, int size)
        where T : unmanaged
    {
        byte[] bytes = MemoryMarshal.AsBytes(values).ToArray();
        if (size == sizeof(ushort) && BitConverter.IsLittleEndian)
        {
            Span<ushort> words = MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan());
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return bytes;
    }

    // libpng makes the window no larger than the image needs, first for the search, then closer in what the header says.
    private static byte[] Compress(byte[] rows, PngHeader header, int level)
    {
        int window = 15;
        if (rows.Length <= SmallImage)
        {
            for (int half = 1 << (window - 1); rows.Length + 262 <= half; half >>= 1)
            {
                window--;
            }
        }

        bool filtered = header.Width > 1 || header.Height > 1;
        byte[] packed = ZlibEncoder.Compress(rows, header.RowLength(header.Width) + 1, level, Math.Max(window, 9), filtered);
        if (rows.Length <= SmallImage)
        {
            int info = packed[0] >> 4;
            for (int half = 1 << (info + 7); rows.Length <= half && info > 0;)
            {
                half >>= 1;
                info--;
            }

            packed[0] = (byte)((packed[0] & 0x0F) | (info << 4));
            int flags = packed[1] & 0xE0;
            packed[1] = (byte)(flags + 31 - ((packed[0] << 8) + flags) % 31);
        }

        return packed;
    }

    private static byte[] Filter(byte[] pixels, PngHeader header)
    {
        int length = header.RowLength(header.Width), step = header.FilterStep;
        byte[] result = new byte[(length + 1) * header.Height], above = new byte[length];
        byte[][] tries = [new byte[length], new byte[length], new byte[length], new byte[length], new byte[length]];
        for (int y = 0; y < header.Height; y++)
        {
            ReadOnlySpan<byte> row = pixels.AsSpan(y * length, length);
            int best = 0;
            long least = long.MaxValue;
            for (int filter = 0; filter < tries.Length; filter++)
            {
                // With one row or one column, filters that look there are not tried.
                bool useless = (header.Height == 1 && filter >= 2) || (header.Width == 1 && filter is 1 or >= 3);
                if (useless)
                {
                    continue;
                }

                Apply(filter, row, above, step, tries[filter]);
                long sum = Weight(tries[filter]);
                if (sum < least)
                {
                    (least, best) = (sum, filter);
                }
            }

            result[y * (length + 1)] = (byte)best;
            tries[best].CopyTo(result, y * (length + 1) + 1);
            row.CopyTo(above);
        }

        return result;
    }

    private static long Weight(ReadOnlySpan<byte> row)
    {
        long sum = 0;
        foreach (byte value in row)
        {
            sum += value < 128 ? value : 256 - value;
        }

        return sum;
    }

    private static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int step, Span<byte> target)
    {
        for (int i = 0; i < row.Length; i++)
        {
            byte left = i < step ? (byte)0 : row[i - step], corner = i < step ? (byte)0 : above[i - step];
            int guess = filter switch
            {
                0 => 0,
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                _ => PngRows.Paeth(left, above[i], corner),
            };
            target[i] = (byte)(row[i] - guess);
        }
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        byte[] chunk = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        type.CopyTo(chunk.AsSpan(4));
        content.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(content.Length + 8), PngChecksum.Of(chunk.AsSpan(4, content.Length + 4)));
        file.Write(chunk);
    }
}
