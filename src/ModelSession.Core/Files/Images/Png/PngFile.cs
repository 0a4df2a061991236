using System.Buffers.Binary;

namespace ModelSessions.Files;

/// <summary>The chunks of a PNG file, as far as they matter for pixels.</summary>
internal sealed class PngFile
{
    private const int ChunkFrame = 12, SrgbGamma = 45455;

    private int _colors;

    private PngFile(PngHeader header) => Header = header;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public PngHeader Header { get; }

    /// <summary>256 colours of three bytes, those that the file does not have black; null without a palette.</summary>
    public byte[]? Palette { get; private set; }

    /// <summary>The chunk tRNS: alpha of the palette's first colours, or the one colour that is transparent; null if there is none.</summary>
    public byte[]? Transparency { get; private set; }

    /// <summary>The exponent with which the file's samples were made, times 100,000; 0 if it does not say.</summary>
    public int Gamma { get; private set; }

    /// <summary>The compressed pixels, all chunks IDAT put together.</summary>
    public byte[] Data { get; private set; } = [];

    /// <summary>Reads the chunks.</summary>
    /// <exception cref="ModelFileException">It is no PNG file, or damaged (InvalidArgument).</exception>
    public static PngFile Parse(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(Signature))
        {
            throw ImageFault.Damaged("PNG", "the signature is missing.");
        }

        int at = Signature.Length;
        PngFile png = new(PngHeader.Parse(Next(file, ref at, out uint type)));
        if (type != Type("IHDR"u8))
        {
            throw ImageFault.Damaged("PNG", "the first chunk is not IHDR.", Signature.Length);
        }

        List<Range> parts = [];
        bool dataEnded = false;
        while (true)
        {
            int start = at + 8;
            ReadOnlySpan<byte> chunk = Next(file, ref at, out type);
            if (type == Type("IEND"u8))
            {
                break;
            }

            if (type == Type("IDAT"u8))
            {
                // What comes after another chunk is no more of the image.
                if (!dataEnded)
                {
                    parts.Add(start..(start + chunk.Length));
                }
            }
            else
            {
                dataEnded |= parts.Count > 0;
                png.Take(type, chunk, start, dataEnded);
            }
        }

        png.Join(file, parts);
        return png;
    }

    // A chunk whose name starts with a small letter may be damaged or unknown, and is left out then.
    private static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> file, ref int at, out uint type)
    {
        while (true)
        {
            if (file.Length - at < ChunkFrame)
            {
                throw ImageFault.Damaged("PNG", "it ends before the chunk IEND.", at);
            }

            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            type = BinaryPrimitives.ReadUInt32BigEndian(file[(at + 4)..]);
            if (length > (uint)(file.Length - at - ChunkFrame))
            {
                throw ImageFault.Damaged("PNG", $"a chunk has {length:n0} bytes, and {file.Length - at - ChunkFrame:n0} are left.", at);
            }

            int size = (int)length;
            bool optional = (type & 0x2000_0000) != 0;
            bool sound = PngChecksum.Of(file.Slice(at + 4, size + 4)) == BinaryPrimitives.ReadUInt32BigEndian(file[(at + 8 + size)..]);
            if (!sound && !optional)
            {
                throw ImageFault.Damaged("PNG", "the checksum of a chunk is wrong.", at);
            }

            ReadOnlySpan<byte> chunk = file.Slice(at + 8, size);
            at += size + ChunkFrame;
            if (sound)
            {
                return chunk;
            }
        }
    }

    private void Take(uint type, ReadOnlySpan<byte> chunk, int offset, bool afterData)
    {
        if (type == Type("PLTE"u8))
        {
            TakePalette(chunk, offset, afterData);
        }
        else if (type == Type("tRNS"u8))
        {
            int most = Header.Color switch { PngColor.Grey => 2, PngColor.Rgb => 6, PngColor.Palette => 256, _ => 0 };
            bool whole = Header.Color == PngColor.Palette ? Palette is not null && chunk.Length > 0 && chunk.Length <= _colors : chunk.Length == most && most > 0;
            if (whole && !afterData && Transparency is null)
            {
                Transparency = chunk.ToArray();
            }
        }
        else if (type == Type("gAMA"u8))
        {
            if (chunk.Length == 4 && !afterData && Palette is null && Gamma == 0)
            {
                Gamma = BinaryPrimitives.ReadInt32BigEndian(chunk);
            }
        }
        else if (type == Type("sRGB"u8))
        {
            if (chunk.Length == 1 && !afterData && Palette is null)
            {
                Gamma = SrgbGamma;
            }
        }
        else if ((type & 0x2000_0000) == 0)
        {
            throw ImageFault.Damaged("PNG", "it has a critical chunk of an unknown kind.", offset);
        }
    }

    private void TakePalette(ReadOnlySpan<byte> chunk, int offset, bool afterData)
    {
        if (Header.Color is PngColor.Grey or PngColor.GreyAlpha || afterData)
        {
            return;
        }

        if (Palette is not null || (Header.Color == PngColor.Palette && (chunk.Length is 0 or > 768 || chunk.Length % 3 != 0)))
        {
            throw ImageFault.Damaged("PNG", Palette is null ? $"a palette of {chunk.Length} bytes is none." : "it has two palettes.", offset);
        }

        if (Header.Color == PngColor.Palette)
        {
            _colors = Math.Min(chunk.Length / 3, 1 << Header.Depth);
            Palette = new byte[768];
            chunk[..(_colors * 3)].CopyTo(Palette);
        }
    }

    private void Join(ReadOnlySpan<byte> file, List<Range> parts)
    {
        if (Header.Color == PngColor.Palette && Palette is null)
        {
            throw ImageFault.Damaged("PNG", "the palette is missing.");
        }

        Data = new byte[parts.Sum(part => part.End.Value - part.Start.Value)];
        int at = 0;
        foreach (Range part in parts)
        {
            file[part].CopyTo(Data.AsSpan(at));
            at += part.End.Value - part.Start.Value;
        }
    }

    private static uint Type(ReadOnlySpan<byte> name) => BinaryPrimitives.ReadUInt32BigEndian(name);
}
