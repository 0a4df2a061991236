namespace ModelSessions.Files;

/// <summary>Makes the quantized blocks of an image that is to be written.</summary>
internal static class JpegBlocks
{
    /// <summary>Transforms an image.</summary>
    /// <param name="pixels">Rows of grey or of red, green and blue.</param>
    /// <param name="height">The number of rows.</param>
    /// <param name="width">The number of pixels in a row.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="halve">Whether colours have half the resolution.</param>
    /// <param name="steps">Quantization of luminance and chrominance.</param>
    public static JpegComponent[] Make(ReadOnlySpan<byte> pixels, int height, int width, int channels, bool halve, ushort[][] steps)
    {
        int most = channels == 3 && halve ? 2 : 1;
        JpegComponent[] components = new JpegComponent[channels];
        for (int i = 0; i < channels; i++)
        {
            JpegComponent component = new(i + 1, i == 0 ? most : 1, i == 0 ? most : 1, Math.Min(i, 1));
            component.SetSize(width, height, most, most);
            component.Allocate();
            Fill(component, Plane(pixels, height, width, channels, i, most / component.Across, component), steps[Math.Min(i, 1)]);
            components[i] = component;
        }

        return components;
    }

    // The samples of a component, as many as its blocks have: columns are repeated before they are joined, rows after.
    private static byte[] Plane(ReadOnlySpan<byte> pixels, int height, int width, int channels, int channel, int part, JpegComponent component)
    {
        int columns = component.BlocksWide * 8, rows = component.BlocksHigh * 8, given = JpegComponent.Ceiling(height, part);
        byte[] plane = new byte[columns * rows];
        byte[][] lines = [.. Enumerable.Range(0, part).Select(_ => new byte[columns * part])];
        for (int y = 0; y < rows; y++)
        {
            Span<byte> row = plane.AsSpan(y * columns, columns);
            if (y >= given)
            {
                plane.AsSpan((y - 1) * columns, columns).CopyTo(row);
                continue;
            }

            for (int i = 0; i < part; i++)
            {
                int from = Math.Min(y * part + i, height - 1);
                ReadLine(pixels.Slice(from * width * channels, width * channels), channels, channel, lines[i]);
            }

            Join(lines, row);
        }

        return plane;
    }

    private static void ReadLine(ReadOnlySpan<byte> pixels, int channels, int channel, Span<byte> line)
    {
        int width = pixels.Length / channels;
        for (int x = 0; x < line.Length; x++)
        {
            if (x >= width)
            {
                line[x] = line[x - 1];
                continue;
            }

            ReadOnlySpan<byte> pixel = pixels.Slice(x * channels, channels);
            line[x] = channels == 1 ? pixel[0] : channel switch
            {
                0 => JpegColors.Grey(pixel[0], pixel[1], pixel[2]),
                1 => JpegColors.Differences(pixel[0], pixel[1], pixel[2]).Blue,
                _ => JpegColors.Differences(pixel[0], pixel[1], pixel[2]).Red,
            };
        }
    }

    // Means of four; halves go down and up in turn.
    private static void Join(byte[][] lines, Span<byte> row)
    {
        if (lines.Length == 1)
        {
            lines[0].CopyTo(row);
            return;
        }

        for (int x = 0; x < row.Length; x++)
        {
            row[x] = (byte)((lines[0][2 * x] + lines[0][2 * x + 1] + lines[1][2 * x] + lines[1][2 * x + 1] + 1 + x % 2) >> 2);
        }
    }

    private static void Fill(JpegComponent component, byte[] plane, ushort[] steps)
    {
        int stride = component.BlocksWide * 8;
        for (int row = 0; row < component.StoredHigh; row++)
        {
            for (int column = 0; column < component.StoredWide; column++)
            {
                Span<short> block = component.Block(row, column);
                if (row < component.BlocksHigh && column < component.BlocksWide)
                {
                    ForwardDct.Transform(plane.AsSpan(row * 8 * stride + column * 8), stride, steps, block);
                    continue;
                }

                // Blocks that fill a unit up have the mean of the one before them in the unit's order.
                block[0] = row < component.BlocksHigh
                    ? component.Block(row, column - 1)[0]
                    : component.Block(row - 1, column / component.Across * component.Across + component.Across - 1)[0];
            }
        }
    }
}
