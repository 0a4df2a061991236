namespace ModelSessions.Files;

/// <summary>The segment SOF: size and components of a JPEG image.</summary>
internal sealed class JpegFrame
{
    private const int MostOfASide = 65500;

    // A block takes two bits at least, one where scans refine each other; more blocks than that are in no file, and only made by damage.
    private const long BlocksPerByte = 8, AlwaysAllowed = 1 << 18;

    private JpegFrame(int width, int height, bool isProgressive, JpegComponent[] components) =>
        (Width, Height, IsProgressive, Components) = (width, height, isProgressive, components);

    public int Width { get; }

    public int Height { get; }

    public bool IsProgressive { get; }

    public JpegComponent[] Components { get; }

    public int MostAcross { get; private set; }

    public int MostDown { get; private set; }

    public int UnitsWide => JpegComponent.Ceiling(Width, 8L * MostAcross);

    public int UnitsHigh => JpegComponent.Ceiling(Height, 8L * MostDown);

    public static JpegFrame Parse(ReadOnlySpan<byte> segment, bool isProgressive)
    {
        if (segment.Length < 6 || segment.Length != 6 + 3 * segment[5] || segment[5] == 0)
        {
            throw ImageFault.Damaged("JPEG", "the frame header has a wrong length.");
        }

        int precision = segment[0], height = (segment[1] << 8) | segment[2], width = (segment[3] << 8) | segment[4], count = segment[5];
        if (precision != 8)
        {
            throw ImageFault.Unsupported("JPEG", $"it has {precision} bits a sample; 8 are read.");
        }

        if (width is 0 or > MostOfASide || height is 0 or > MostOfASide || count > 10)
        {
            throw ImageFault.Damaged("JPEG", $"it has {width} by {height} pixels of {count} components.");
        }

        JpegComponent[] components = new JpegComponent[count];
        for (int i = 0; i < count; i++)
        {
            int at = 6 + 3 * i, across = segment[at + 1] >> 4, down = segment[at + 1] & 15;
            components[i] = across is >= 1 and <= 4 && down is >= 1 and <= 4
                ? new JpegComponent(segment[at], across, down, segment[at + 2])
                : throw ImageFault.Damaged("JPEG", $"there is no sampling {across} by {down}.");
        }

        JpegFrame frame = new(width, height, isProgressive, components)
        {
            MostAcross = components.Max(component => component.Across),
            MostDown = components.Max(component => component.Down),
        };
        foreach (JpegComponent component in components)
        {
            component.SetSize(width, height, frame.MostAcross, frame.MostDown);
        }

        return frame;
    }

    /// <summary>Makes room for the coefficients.</summary>
    /// <exception cref="ModelFileException">The file is far too short for the image.</exception>
    public void Allocate(int fileLength)
    {
        long blocks = Components.Sum(component => component.StoredBlocks);
        if (blocks > Math.Max(AlwaysAllowed, fileLength * BlocksPerByte) || blocks * JpegComponent.BlockSize > Array.MaxLength)
        {
            throw ImageFault.Damaged("JPEG", $"{fileLength:n0} bytes cannot hold {Width} by {Height} pixels.");
        }

        foreach (JpegComponent component in Components)
        {
            component.Allocate();
        }
    }
}
