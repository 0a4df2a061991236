using System.Buffers.Binary;

namespace ModelSessions.Files;

/// <summary>Reads BMP files of 8 (grey), 24 or 32 bits a pixel that are not compressed, as TensorFlow does: palettes and masks are not looked at.</summary>
internal static class BmpDecoder
{
    private const int LeastLength = 32, MostPixels = int.MaxValue / 8;

    public static bool Knows(ReadOnlySpan<byte> file) => file.StartsWith("BM"u8);

    /// <summary>Reads an image.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="channels">3 or 4, to which the pixels are converted; 0 for the file's own.</param>
    /// <exception cref="ModelFileException">The file is damaged or of another kind (InvalidArgument).</exception>
    public static Pixels<byte> Decode(ReadOnlySpan<byte> file, int channels)
    {
        if (file.Length < LeastLength)
        {
            throw ImageFault.Damaged("BMP", $"incomplete bmp content: {file.Length} bytes are no header; {LeastLength} are needed.");
        }

        int start = BinaryPrimitives.ReadInt32LittleEndian(file[10..]), width = BinaryPrimitives.ReadInt32LittleEndian(file[18..]);
        int height = BinaryPrimitives.ReadInt32LittleEndian(file[22..]), stored = BinaryPrimitives.ReadInt16LittleEndian(file[28..]) / 8;
        long rows = Math.Abs((long)height);
        if (stored is not (1 or 3 or 4))
        {
            throw ImageFault.Unsupported("BMP", $"Number of channels inherent in the image must be 1, 3 or 4, was {stored}");
        }

        if (width <= 0 || rows == 0 || start < 0 || width * rows >= MostPixels)
        {
            throw ImageFault.Damaged("BMP", $"its size is {width} by {height}, its pixels begin at byte {start}.");
        }

        long stride = ((long)stored * width + 3) / 4 * 4;
        if (start + stride * rows != file.Length)
        {
            throw ImageFault.Damaged("BMP", $"Input size should match (header_size + row_size * abs_height) but they differ by {file.Length - start - stride * rows}");
        }

        int wanted = channels == 0 ? stored : channels;
        Pixels<byte> image = new((int)rows, width, wanted, new byte[rows * width * wanted]);
        for (int y = 0; y < rows; y++)
        {
            // Rows go up unless the height is negative.
            int from = (int)(height < 0 ? y : rows - 1 - y);
            ReadRow(file.Slice((int)(start + from * stride), width * stored), stored, image.Row(y), wanted);
        }

        return image;
    }

    private static void ReadRow(ReadOnlySpan<byte> row, int stored, Span<byte> target, int channels)
    {
        for (int x = 0; x < target.Length / channels; x++)
        {
            ReadOnlySpan<byte> pixel = row.Slice(x * stored, stored);
            Span<byte> wanted = target.Slice(x * channels, channels);
            if (channels == 1)
            {
                wanted[0] = pixel[0];
                continue;
            }

            (wanted[0], wanted[1], wanted[2]) = stored == 1 ? (pixel[0], pixel[0], pixel[0]) : (pixel[2], pixel[1], pixel[0]);
            if (channels == 4)
            {
                wanted[3] = stored == 4 ? pixel[3] : (byte)255;
            }
        }
    }
}
