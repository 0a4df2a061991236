using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Pictures from files of JPEG, PNG, GIF (the first frame) and BMP, told by their content.</summary>
internal static class ImageFile
{
    // No camera writes more; what does was made to use up memory.
    private const long LargestFile = 256L << 20;

    /// <summary>The names that such files have.</summary>
    public static IReadOnlySet<string> Extensions { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".png", ".gif", ".bmp" };

    /// <summary>Whether bytes begin as a picture does.</summary>
    public static bool Knows(ReadOnlySpan<byte> file) => JpegDecoder.Knows(file) || PngDecoder.Knows(file) || GifDecoder.Knows(file) || (BmpDecoder.Knows(file) && file.Length > 54);

    /// <summary>Reads a picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">1 or 3, to which it is converted; 0 for 1 where it is grey, else 3.</param>
    /// <exception cref="ModelFileException">The file cannot be read, is damaged, or no such picture.</exception>
    public static Pixels<byte> Read(string path, int channels) => FileAccessErrors.Guard(path, () =>
    {
        long length = new FileInfo(path).Length;
        byte[] file = length <= LargestFile
            ? File.ReadAllBytes(Openable.Of(path))
            : throw new ModelFileException(StatusCode.ResourceExhausted, path, $"the file has {length:n0} bytes; pictures of up to {LargestFile:n0} bytes are read.");
        return Decode(file, channels);
    });

    /// <summary>A picture from a file's bytes.</summary>
    /// <inheritdoc cref="Read"/>
    public static Pixels<byte> Decode(byte[] file, int channels)
    {
        Pixels<byte> picture = DecodeAs(file, channels);
        return channels == 0 && picture.Channels is 2 or 4 ? DecodeAs(file, picture.Channels - 1) : picture;
    }

    private static Pixels<byte> DecodeAs(byte[] file, int channels) =>
        JpegDecoder.Knows(file) ? JpegDecoder.Decode(file, new JpegOptions(channels))
        : PngDecoder.Knows(file) ? PngDecoder.Decode(file, channels)
        : GifDecoder.Knows(file) ? InChannels(GifDecoder.Decode(file, most: 1)[0], channels)
        : BmpDecoder.Knows(file) ? Bmp(file, channels)
        : throw new ModelFileException(StatusCode.InvalidArgument, null, "this is no picture in JPEG, PNG, GIF or BMP.");

    private static Pixels<byte> Bmp(byte[] file, int channels)
    {
        Pixels<byte> picture = BmpDecoder.Decode(file, channels == 1 ? 0 : channels);
        return channels == 1 ? InChannels(picture.Channels == 4 ? BmpDecoder.Decode(file, 3) : picture, 1) : picture;
    }

    private static Pixels<byte> InChannels(Pixels<byte> picture, int channels)
    {
        if (channels != 1 || picture.Channels == 1)
        {
            return picture;
        }

        byte[] grey = new byte[picture.Height * picture.Width];
        for (int i = 0; i < grey.Length; i++)
        {
            ReadOnlySpan<byte> pixel = picture.Values.AsSpan(i * picture.Channels, picture.Channels);
            // libpng's and libjpeg's weights of the colours, in 16 bits.
            grey[i] = (byte)((19595 * pixel[0] + 38470 * pixel[1] + 7471 * pixel[2] + 32768) >> 16);
        }

        return new Pixels<byte>(picture.Height, picture.Width, 1, grey);
    }
}
