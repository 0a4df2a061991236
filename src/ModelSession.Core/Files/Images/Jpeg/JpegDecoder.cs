namespace ModelSessions.Files;

/// <summary>Reads JPEG files (baseline and progressive) with libjpeg-turbo's pixels.</summary>
internal static class JpegDecoder
{
    private enum Space
    {
        Grey,
        Rgb,
        Ycc,
        Cmyk,
        Ycck,
    }

    /// <summary>Whether a file says that it is a JPEG file.</summary>
    public static bool Knows(ReadOnlySpan<byte> file) => file is [0xFF, 0xD8, 0xFF, ..];

    /// <summary>Height, width and channels of an image as it is decoded by default.</summary>
    /// <exception cref="ModelFileException">The header is damaged (InvalidArgument).</exception>
    public static (int Height, int Width, int Channels) ReadShape(byte[] file)
    {
        JpegFile jpeg = JpegFile.ParseHeader(file);
        return (jpeg.Frame.Height, jpeg.Frame.Width, SpaceOf(jpeg) switch { Space.Grey => 1, Space.Cmyk or Space.Ycck => 4, _ => 3 });
    }

    /// <summary>Reads an image.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="options">How to decode it.</param>
    /// <exception cref="ModelFileException">The file is damaged, of a kind that is not read, or smaller than the part that is wanted (InvalidArgument).</exception>
    public static Pixels<byte> Decode(byte[] file, JpegOptions options)
    {
        JpegFile jpeg = JpegFile.Parse(file, options.Recovers, parsed => Check(parsed, options));
        JpegFrame frame = jpeg.Frame;
        Space space = SpaceOf(jpeg);
        int channels = Channels(frame, options), width = Scaled(frame.Width, options), height = Scaled(frame.Height, options);
        (int top, int left, int rows, int columns) = options.Crop ?? (0, 0, height, width);

        // Columns are decoded from the beginning of a unit on.
        int unit = 8 / options.Ratio * (frame.Components.Length == 1 ? 1 : frame.MostAcross), start = columns == width ? 0 : left / unit * unit;
        (int Left, int Width) window = (start, left + columns - start);
        int needed = channels == 1 && space == Space.Ycc ? 1 : frame.Components.Length;
        JpegPlane[] planes = [.. frame.Components.Take(needed).Select(component => new JpegPlane(frame, component, options, window))];
        byte[][] lines = [.. planes.Select(_ => new byte[window.Width])];
        byte[] line = new byte[window.Width * channels];
        Pixels<byte> image = new(rows, columns, channels, new byte[(long)rows * columns * channels]);
        int there = (int)Math.Clamp((long)RowsThere(jpeg, options, planes) - top, 0, rows);
        if ((float)there / rows < Math.Min(1, options.AcceptableFraction))
        {
            throw ImageFault.Damaged("JPEG", $"it is cut off: {there} of {rows} rows are there. To read them, set try_recover_truncated or acceptable_fraction.");
        }

        for (int y = 0; y < there; y++)
        {
            for (int i = 0; i < planes.Length; i++)
            {
                planes[i].ReadRow(top + y, lines[i]);
            }

            Convert(space, jpeg.AdobeTransform is not null, lines, channels, line);
            line.AsSpan((left - start) * channels, columns * channels).CopyTo(image.Row(y));
        }

        return image;
    }

    // A row of units is shown when the next one has begun, where rows depend on each other.
    private static int RowsThere(JpegFile jpeg, JpegOptions options, JpegPlane[] planes)
    {
        JpegFrame frame = jpeg.Frame;
        if (jpeg.WholeRows is not { } units || units == 0)
        {
            return jpeg.WholeRows is null ? int.MaxValue : 0;
        }

        int unit = 8 / options.Ratio * (frame.Components.Length == 1 ? 1 : frame.MostDown);
        return units * unit - (Array.Exists(planes, plane => plane.NeedsNeighbours) ? frame.MostDown : 0);
    }

    private static int Scaled(int size, JpegOptions options) => JpegComponent.Ceiling(size, options.Ratio);

    private static int Channels(JpegFrame frame, JpegOptions options) => options.Channels != 0 ? options.Channels : Math.Min(frame.Components.Length, 3);

    private static void Check(JpegFile jpeg, JpegOptions options)
    {
        JpegFrame frame = jpeg.Frame;
        Space space = SpaceOf(jpeg);
        int width = Scaled(frame.Width, options), height = Scaled(frame.Height, options);
        if (Channels(frame, options) is not (1 or 3) || (options.Channels == 1 && space is Space.Cmyk or Space.Ycck))
        {
            throw ImageFault.Unsupported("JPEG", $"{frame.Components.Length} components cannot be turned into {(options.Channels == 0 ? "1 or 3" : options.Channels)} channels.");
        }

        // TensorFlow's limit counts components.
        ImageFault.CheckSize("JPEG", (long)width * frame.Components.Length, height, 1);
        if (options.Crop is var (top, left, rows, columns)
            && (rows <= 0 || columns <= 0 || top < 0 || left < 0 || (long)top + rows > height || (long)left + columns > width))
        {
            throw new ModelFileException(
                StatusCode.InvalidArgument,
                null,
                $"Invalid JPEG data or crop window: the window y={top}, x={left}, height={rows}, width={columns} is not inside of {height} by {width} pixels.");
        }
    }

    private static Space SpaceOf(JpegFile jpeg)
    {
        JpegComponent[] components = jpeg.Frame.Components;
        switch (components.Length)
        {
            case 1:
                return Space.Grey;
            case 3:
                bool named = (components[0].Id, components[1].Id, components[2].Id) == ('R', 'G', 'B');
                return !jpeg.IsJfif && (jpeg.AdobeTransform is 0 || (jpeg.AdobeTransform is null && named)) ? Space.Rgb : Space.Ycc;
            case 4:
                return jpeg.AdobeTransform is null or 0 ? Space.Cmyk : Space.Ycck;
            default:
                throw ImageFault.Unsupported("JPEG", $"it has {components.Length} components.");
        }
    }

    private static void Convert(Space space, bool isAdobe, byte[][] lines, int channels, Span<byte> target)
    {
        switch (space)
        {
            case Space.Grey or Space.Ycc when channels == 1:
                lines[0].CopyTo(target);
                break;
            case Space.Rgb when channels == 1:
                JpegColors.ToGrey(lines[0], lines[1], lines[2], target);
                break;
            case Space.Ycc:
                JpegColors.FromYcc(lines[0], lines[1], lines[2], target);
                break;
            case Space.Cmyk or Space.Ycck:
                JpegColors.FromInks(lines, space == Space.Ycck, isAdobe, target);
                break;
            default:
                for (int i = 0; i < target.Length; i++)
                {
                    target[i] = lines[space == Space.Grey ? 0 : i % 3][i / 3];
                }

                break;
        }
    }
}
