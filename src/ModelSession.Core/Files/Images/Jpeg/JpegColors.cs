namespace ModelSessions.Files;

/// <summary>Between the colours of JPEG images and red, green and blue, in libjpeg's fixed point of 16 bits.</summary>
internal static class JpegColors
{
    private const int Half = 1 << 15;

    /// <summary>Writes a row in red, green and blue.</summary>
    public static void FromYcc(ReadOnlySpan<byte> y, ReadOnlySpan<byte> blue, ReadOnlySpan<byte> red, Span<byte> target)
    {
        for (int x = 0; x < target.Length / 3; x++)
        {
            (target[3 * x], target[3 * x + 1], target[3 * x + 2]) = Rgb(y[x], blue[x], red[x]);
        }
    }

    /// <summary>Writes a row in grey from red, green and blue.</summary>
    public static void ToGrey(ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue, Span<byte> target)
    {
        for (int x = 0; x < target.Length; x++)
        {
            target[x] = Grey(red[x], green[x], blue[x]);
        }
    }

    /// <summary>Writes a row in red, green and blue from four inks, as TensorFlow does.</summary>
    /// <param name="inks">Cyan, magenta, yellow and black; Y, Cb, Cr and black where <paramref name="isYcck"/>.</param>
    /// <param name="isYcck">Whether the first three are to be turned into inks.</param>
    /// <param name="isInverted">Whether 255 is no ink: Adobe's way.</param>
    /// <param name="target">The row.</param>
    public static void FromInks(byte[][] inks, bool isYcck, bool isInverted, Span<byte> target)
    {
        for (int x = 0; x < target.Length / 3; x++)
        {
            (byte cyan, byte magenta, byte yellow, byte black) = (inks[0][x], inks[1][x], inks[2][x], inks[3][x]);
            if (isYcck)
            {
                (byte r, byte g, byte b) = Rgb(cyan, magenta, yellow);
                (cyan, magenta, yellow) = ((byte)(255 - r), (byte)(255 - g), (byte)(255 - b));
            }

            target[3 * x] = Mix(cyan, black, isInverted);
            target[3 * x + 1] = Mix(magenta, black, isInverted);
            target[3 * x + 2] = Mix(yellow, black, isInverted);
        }
    }

    /// <summary>Y of a colour.</summary>
    public static byte Grey(int red, int green, int blue) => (byte)((19595 * red + 38470 * green + 7471 * blue + Half) >> 16);

    /// <summary>Cb and Cr of a colour.</summary>
    public static (byte Blue, byte Red) Differences(int red, int green, int blue)
    {
        const int offset = (128 << 16) + Half - 1;
        return ((byte)((-11059 * red - 21709 * green + 32768 * blue + offset) >> 16), (byte)((32768 * red - 27439 * green - 5329 * blue + offset) >> 16));
    }

    private static byte Mix(int ink, int black, bool isInverted) => (byte)(isInverted ? black * ink / 255 : (255 - black) * (255 - ink) / 255);

    private static (byte Red, byte Green, byte Blue) Rgb(int y, int blue, int red)
    {
        (blue, red) = (blue - 128, red - 128);
        return (
            Limit(y + ((91881 * red + Half) >> 16)),
            Limit(y + ((-22554 * blue - 46802 * red + Half) >> 16)),
            Limit(y + ((116130 * blue + Half) >> 16)));
    }

    private static byte Limit(int value) => (byte)Math.Clamp(value, 0, 255);
}
