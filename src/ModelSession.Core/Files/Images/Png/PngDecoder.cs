namespace ModelSessions.Files;

/// <summary>Reads PNG files with libpng's pixels.</summary>
internal static class PngDecoder
{
    // A deflated byte is a run of 258 at most, made of two bits.
    private const long MostPerByte = 1032;

    // The seven passes of an interlaced image: first column and row, steps.
    private static readonly (int X, int Y, int StepX, int StepY)[] s_passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>Whether a file says that it is a PNG file.</summary>
    public static bool Knows(ReadOnlySpan<byte> file) => file.StartsWith(PngFile.Signature);

    /// <summary>Reads an image with 8 bits a channel.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="channels">1 to 4, to which the pixels are converted; 0 for the file's own.</param>
    /// <exception cref="ModelFileException">The file is damaged (InvalidArgument).</exception>
    public static Pixels<byte> Decode(ReadOnlySpan<byte> file, int channels) => Decode<byte>(file, channels, wide: false, value => (byte)value);

    /// <summary>Reads an image with 16 bits a channel.</summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, int)"/>
    public static Pixels<ushort> Decode16(ReadOnlySpan<byte> file, int channels) => Decode<ushort>(file, channels, wide: true, value => value);

    private static Pixels<T> Decode<T>(ReadOnlySpan<byte> file, int channels, bool wide, Func<ushort, T> narrow)
        where T : unmanaged
    {
        PngFile png = PngFile.Parse(file);
        PngHeader header = png.Header;
        PngPixelReader reader = new(png, channels, wide);
        ImageFault.CheckSize("PNG", header.Width, header.Height, reader.Channels);
        if ((long)header.RowLength(header.Width) * header.Height > png.Data.Length * MostPerByte)
        {
            throw ImageFault.Damaged("PNG", $"{png.Data.Length:n0} bytes cannot hold {header.Width} by {header.Height} pixels.");
        }

        T[] values = new T[(long)header.Height * header.Width * reader.Channels];
        using PngRows rows = new(png);
        Span<ushort> pixel = stackalloc ushort[reader.Channels];
        foreach ((int left, int top, int stepX, int stepY) in header.IsInterlaced ? s_passes : [(0, 0, 1, 1)])
        {
            int width = (header.Width - left + stepX - 1) / stepX;
            rows.Restart();
            for (int y = top; width > 0 && y < header.Height; y += stepY)
            {
                ReadOnlySpan<byte> row = rows.Next(width);
                Span<T> target = values.AsSpan(y * header.Width * reader.Channels, header.Width * reader.Channels);
                for (int x = 0; x < width; x++)
                {
                    reader.Read(row, x, pixel);
                    int at = (left + x * stepX) * reader.Channels;
                    for (int c = 0; c < pixel.Length; c++)
                    {
                        target[at + c] = narrow(pixel[c]);
                    }
                }
            }
        }

        return new Pixels<T>(header.Height, header.Width, reader.Channels, values);
    }
}
