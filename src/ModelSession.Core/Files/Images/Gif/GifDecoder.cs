namespace ModelSessions.Files;

/// <summary>Reads GIF files: every frame as it is seen, over the frames before it.</summary>
internal static class GifDecoder
{
    private const int Channels = 3;

    // A packed bit makes at most a string of so many pixels.
    private const long PixelsPerByte = 4096;

    public static bool Knows(ReadOnlySpan<byte> file) => file.StartsWith("GIF8"u8);

    /// <summary>Reads the frames.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="most">How many frames to read at most.</param>
    /// <returns>Images of one size, red, green and blue.</returns>
    /// <exception cref="ModelFileException">The file is damaged (InvalidArgument). What comes behind a whole frame may be damaged.</exception>
    public static IReadOnlyList<Pixels<byte>> Decode(byte[] file, int most)
    {
        List<GifFrame> frames = GifFrame.ReadAll(file);
        int width = frames.Max(frame => frame.Width), height = frames.Max(frame => frame.Height), count = Math.Min(most, frames.Count);
        ImageFault.CheckSize("GIF", (long)width * count, height, Channels);
        if ((long)width * height * count > file.Length * PixelsPerByte)
        {
            throw ImageFault.Damaged("GIF", $"{file.Length:n0} bytes cannot hold {count} frames of {width} by {height} pixels.");
        }

        List<Pixels<byte>> images = [];
        for (int i = 0; i < count; i++)
        {
            byte[] canvas = i == 0 ? new byte[height * width * Channels] : [.. images[i - 1].Values];
            Pixels<byte> image = new(height, width, Channels, canvas);
            Paint(frames[i], image, i);
            images.Add(image);
        }

        return images;
    }

    private static void Paint(GifFrame frame, Pixels<byte> image, int number)
    {
        byte[] colors = frame.Colors ?? throw ImageFault.Damaged("GIF", $"missing color map for frame {number}");
        int right = Math.Min(frame.Left + frame.Width, image.Width), bottom = Math.Min(frame.Top + frame.Height, image.Height);
        for (int y = frame.Top; y < bottom; y++)
        {
            Span<byte> row = image.Row(y);
            for (int x = frame.Left; x < right; x++)
            {
                int color = frame.Pixels[(y - frame.Top) * frame.Width + x - frame.Left];
                if (color == frame.Transparent)
                {
                    continue;
                }

                if (color * Channels >= colors.Length)
                {
                    throw ImageFault.Damaged("GIF", $"found color index {color} outside of color map range {colors.Length / Channels}");
                }

                colors.AsSpan(color * Channels, Channels).CopyTo(row[(x * Channels)..]);
            }
        }
    }
}
