using System.Buffers.Binary;

namespace ModelSessions.Files;

/// <summary>The chunk IHDR: what the pixels of a PNG file are.</summary>
internal readonly record struct PngHeader(int Width, int Height, int Depth, PngColor Color, bool IsInterlaced)
{
    public const int Length = 13;

    // libpng's limit where its user sets none.
    private const uint MostOfASide = 1_000_000;

    /// <summary>Samples of a pixel as they are stored.</summary>
    public int StoredChannels => Color switch
    {
        PngColor.GreyAlpha => 2,
        PngColor.Rgb => 3,
        PngColor.Rgba => 4,
        _ => 1,
    };

    public bool HasAlpha => Color is PngColor.GreyAlpha or PngColor.Rgba;

    public bool HasColor => Color is PngColor.Rgb or PngColor.Rgba or PngColor.Palette;

    /// <summary>Bytes from a sample to the same sample of the pixel before, as filters count them.</summary>
    public int FilterStep => Math.Max(1, StoredChannels * Depth / 8);

    /// <summary>Bytes of a row of so many pixels, without its filter.</summary>
    public int RowLength(int width) => checked((int)(((long)width * StoredChannels * Depth + 7) / 8));

    public static PngHeader Parse(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length != Length)
        {
            throw ImageFault.Damaged("PNG", $"its header has {chunk.Length} bytes, not {Length}.");
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(chunk), height = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
        int depth = chunk[8], color = chunk[9];
        bool fits = (PngColor)color switch
        {
            PngColor.Grey => depth is 1 or 2 or 4 or 8 or 16,
            PngColor.Palette => depth is 1 or 2 or 4 or 8,
            PngColor.Rgb or PngColor.GreyAlpha or PngColor.Rgba => depth is 8 or 16,
            _ => false,
        };
        if (width is 0 or > MostOfASide || height is 0 or > MostOfASide)
        {
            throw ImageFault.Damaged("PNG", $"its size is {width} by {height}; a side has 1 to {MostOfASide:n0} pixels.");
        }

        if (!fits || chunk[10] != 0 || chunk[11] != 0 || chunk[12] > 1)
        {
            throw ImageFault.Damaged("PNG", $"there is no color type {color} with {depth} bits, compression {chunk[10]}, filter {chunk[11]} and interlace {chunk[12]}.");
        }

        return new PngHeader((int)width, (int)height, depth, (PngColor)color, chunk[12] == 1);
    }

    public void WriteTo(Span<byte> chunk)
    {
        BinaryPrimitives.WriteInt32BigEndian(chunk, Width);
        BinaryPrimitives.WriteInt32BigEndian(chunk[4..], Height);
        chunk[8] = (byte)Depth;
        chunk[9] = (byte)Color;
        chunk[10..Length].Clear();
    }
}

/// <summary>What a pixel of a PNG file is made of; the numbers are the file's.</summary>
internal enum PngColor
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}
