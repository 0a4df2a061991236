namespace ModelSessions.Files;

/// <summary>One of the colours of a JPEG image: blocks of 8 by 8 coefficients.</summary>
internal sealed class JpegComponent(int id, int across, int down, int quantization)
{
    public const int BlockSize = 64;

    public int Id => id;

    /// <summary>Blocks side by side in a unit of the image.</summary>
    public int Across => across;

    /// <summary>Blocks one below the other in a unit of the image.</summary>
    public int Down => down;

    /// <summary>Which quantization table is the component's.</summary>
    public int QuantizationIndex => quantization;

    /// <summary>The table as it was when the first scan of the component began.</summary>
    public ushort[]? Quantization { get; set; }

    /// <summary>Blocks of the image in a row.</summary>
    public int BlocksWide { get; private set; }

    public int BlocksHigh { get; private set; }

    /// <summary>Blocks in a row, those that fill the last unit up among them.</summary>
    public int StoredWide { get; private set; }

    public int StoredHigh { get; private set; }

    /// <summary>All coefficients, block by block, rows of a block from the lowest frequency.</summary>
    public short[] Coefficients { get; private set; } = [];

    /// <summary>The last block's mean, from which the next one's differs.</summary>
    public int Predictor { get; set; }

    public long StoredBlocks => (long)StoredWide * StoredHigh;

    public void SetSize(int width, int height, int mostAcross, int mostDown)
    {
        BlocksWide = Ceiling((long)width * across, 8L * mostAcross);
        BlocksHigh = Ceiling((long)height * down, 8L * mostDown);
        StoredWide = Ceiling(width, 8L * mostAcross) * across;
        StoredHigh = Ceiling(height, 8L * mostDown) * down;
    }

    public void Allocate() => Coefficients = new short[StoredBlocks * BlockSize];

    public Span<short> Block(int row, int column) => Coefficients.AsSpan((row * StoredWide + column) * BlockSize, BlockSize);

    public static int Ceiling(long value, long divisor) => (int)((value + divisor - 1) / divisor);
}
