namespace ModelSessions.Files;

/// <summary>Unpacks the pixels of GIF files (LZW).</summary>
internal static class GifUnpacker
{
    private const int MostBits = 12, MostCodes = 1 << MostBits;

    /// <summary>How many pixels so many bytes can hold: each code stands for one pixel more than those before it, up to all codes there are.</summary>
    public static long MostPixels(int packed, int bits)
    {
        long codes = packed * 8L / (bits + 1) + 1, rising = Math.Min(codes, MostCodes);
        return Math.Min(int.MaxValue, rising * (rising + 1) / 2 + (codes - rising) * MostCodes);
    }

    /// <summary>Fills an image; false if the packed bytes end too early or lead nowhere.</summary>
    /// <param name="packed">The bytes.</param>
    /// <param name="bits">Bits of a colour.</param>
    /// <param name="pixels">The image.</param>
    public static bool Unpack(ReadOnlySpan<byte> packed, int bits, Span<byte> pixels)
    {
        if (bits is 0 or > 8)
        {
            return false;
        }

        int clear = 1 << bits, end = clear + 1, next = clear + 2, width = bits + 1, previous = -1, at = 0, read = 0, buffer = 0, held = 0;
        Span<short> prefixes = stackalloc short[MostCodes];
        Span<byte> last = stackalloc byte[MostCodes];
        Span<byte> text = stackalloc byte[MostCodes];
        while (at < pixels.Length)
        {
            for (; held < width; held += 8)
            {
                if (read == packed.Length)
                {
                    return false;
                }

                buffer |= packed[read++] << held;
            }

            int code = buffer & ((1 << width) - 1);
            buffer >>= width;
            held -= width;
            if (code == end)
            {
                return false;
            }

            if (code == clear)
            {
                (next, width, previous) = (clear + 2, bits + 1, -1);
                continue;
            }

            if (code > next || (previous < 0 && code >= clear) || (code == next && previous < 0))
            {
                return false;
            }

            // A code that is just being made is the string before it and that string's first pixel.
            int length = 0;
            for (int part = code == next ? previous : code; ; part = prefixes[part])
            {
                text[length++] = part < clear ? (byte)part : last[part];
                if (part < clear || length == MostCodes)
                {
                    break;
                }
            }

            byte first = text[length - 1];
            for (int i = length - 1; i >= 0 && at < pixels.Length; i--)
            {
                pixels[at++] = text[i];
            }

            if (code == next && at < pixels.Length)
            {
                pixels[at++] = first;
            }

            if (previous >= 0 && next < MostCodes)
            {
                (prefixes[next], last[next]) = ((short)previous, first);
                next++;
                if (next == 1 << width && width < MostBits)
                {
                    width++;
                }
            }

            previous = code;
        }

        return true;
    }
}
