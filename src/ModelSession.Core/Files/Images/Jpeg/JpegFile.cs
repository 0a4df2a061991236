namespace ModelSessions.Files;

/// <summary>A JPEG file read to its coefficients.</summary>
internal sealed class JpegFile
{
    private const int MostScans = 1000;

    private readonly JpegSource _source;
    private readonly byte[] _file;
    private readonly ushort[]?[] _quantization = new ushort[]?[4];
    private readonly JpegHuffmanTable?[] _means = new JpegHuffmanTable?[4];
    private readonly JpegHuffmanTable?[] _details = new JpegHuffmanTable?[4];
    private JpegFrame? _frame;
    private int _restartInterval;

    private JpegFile(byte[] file, bool recover) => (_file, _source) = (file, new JpegSource(file, recover));

    public JpegFrame Frame => _frame!;

    /// <summary>Rows of units that are there, of a file that is cut off; null if it is whole.</summary>
    public int? WholeRows { get; private set; }

    /// <summary>Whether it says that it is a JFIF file, whose colours are always YCbCr.</summary>
    public bool IsJfif { get; private set; }

    /// <summary>The colour transform of Adobe's segment; null without one.</summary>
    public int? AdobeTransform { get; private set; }

    /// <summary>Reads the header only.</summary>
    /// <exception cref="ModelFileException">The file is damaged, or of a kind that is not read (InvalidArgument).</exception>
    public static JpegFile ParseHeader(byte[] bytes)
    {
        JpegFile file = new(bytes, recover: false);
        file.ReadUpToScan();
        return file;
    }

    /// <summary>Reads the file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="recover">Whether to take what is there of a file that is cut off.</param>
    /// <param name="check">Looks at the header before room is made for the image.</param>
    /// <inheritdoc cref="ParseHeader"/>
    public static JpegFile Parse(byte[] bytes, bool recover, Action<JpegFile> check)
    {
        JpegFile file = new(bytes, recover);
        JpegScan? scan = file.ReadUpToScan();
        check(file);
        file.Frame.Allocate(bytes.Length);
        file.ReadScans(scan);
        return file;
    }

    private JpegScan ReadUpToScan()
    {
        if (_source.ReadUInt16() != 0xFFD8)
        {
            throw ImageFault.Damaged("JPEG", "it does not begin with the marker SOI.");
        }

        return NextScan() ?? throw ImageFault.Damaged("JPEG", "it has no image.");
    }

    private void ReadScans(JpegScan? scan)
    {
        // A baseline image in one scan has no more; of others, all scans are read.
        bool several = Frame.IsProgressive || scan!.Components.Count < Frame.Components.Length;
        for (int count = 0; scan is not null; count++)
        {
            if (count == MostScans || (count > 0 && !several))
            {
                throw ImageFault.Damaged("JPEG", several ? $"it has more than {MostScans:n0} scans." : "it has a second scan of the whole image.", _source.Position);
            }

            foreach (JpegComponent component in scan.Components)
            {
                component.Quantization ??= (ushort[]?)_quantization.ElementAtOrDefault(component.QuantizationIndex)?.Clone()
                    ?? throw ImageFault.Damaged("JPEG", $"quantization table {component.QuantizationIndex} is missing.");
            }

            try
            {
                scan.Read(_source, _restartInterval);
            }
            catch (JpegCutException) when (!several)
            {
                WholeRows = scan.WholeRows;
                return;
            }
            catch (JpegCutException)
            {
                throw ImageFault.Damaged("JPEG", "it ends inside of a scan. To read what is there, set try_recover_truncated.", _source.Position);
            }

            _source.DropBits();
            scan = NextScan();
        }
    }

    // The next scan; null at the end of the image.
    private JpegScan? NextScan()
    {
        while (true)
        {
            if (_source.Marker == 0)
            {
                _source.FindMarker();
            }

            int marker = _source.Marker;
            _source.Marker = 0;
            switch (marker)
            {
                case JpegSource.EndOfImage:
                    return null;
                case 0xDA:
                    return JpegScan.Parse(_source.ReadSegment(), _frame ?? throw ImageFault.Damaged("JPEG", "a scan comes before the frame."), _means, _details);
                case 0x01 or (>= JpegSource.FirstRestart and <= JpegSource.LastRestart):
                    break;
                default:
                    ReadSegment(marker);
                    break;
            }
        }
    }

    private void ReadSegment(int marker)
    {
        switch (marker)
        {
            case 0xC0 or 0xC1 or 0xC2:
                _frame = _frame is null ? JpegFrame.Parse(_source.ReadSegment(), marker == 0xC2) : throw ImageFault.Damaged("JPEG", "it has two frames.");
                break;
            case 0xC4:
                ReadHuffmanTables(_source.ReadSegment());
                break;
            case (>= 0xC3 and <= 0xCF) and not 0xCC:
                throw ImageFault.Unsupported("JPEG", $"its process (SOF{marker - 0xC0}) is neither baseline nor progressive Huffman coding.");
            case 0xD8:
                throw ImageFault.Damaged("JPEG", "it has two markers SOI.", _source.Position);
            case 0xDB:
                ReadQuantization(_source.ReadSegment());
                break;
            case 0xDD:
                ReadOnlySpan<byte> interval = _source.ReadSegment();
                _restartInterval = interval.Length == 2 ? (interval[0] << 8) | interval[1] : throw ImageFault.Damaged("JPEG", "the restart interval has a wrong length.");
                break;
            case 0xCC or 0xDC or 0xFE or (>= 0xE0 and <= 0xEF):
                ReadApplication(marker, _source.ReadSegment());
                break;
            default:
                throw ImageFault.Damaged("JPEG", $"there is no marker {marker:X2}.", _source.Position);
        }
    }

    private void ReadApplication(int marker, ReadOnlySpan<byte> segment)
    {
        if (marker == 0xE0 && segment.Length >= 14 && segment.StartsWith("JFIF\0"u8))
        {
            IsJfif = true;
        }
        else if (marker == 0xEE && segment.Length >= 12 && segment.StartsWith("Adobe"u8))
        {
            AdobeTransform = segment[11];
        }
    }

    private void ReadQuantization(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            int index = segment[0] & 15, size = segment[0] >> 4 == 0 ? 1 : 2;
            if (index > 3)
            {
                throw ImageFault.Damaged("JPEG", $"there is no quantization table {index}.");
            }

            segment = segment[1..];
            if (segment.Length < 64 * size)
            {
                throw ImageFault.Damaged("JPEG", "a quantization table is cut off.");
            }

            ushort[] table = new ushort[64];
            for (int i = 0; i < table.Length; i++)
            {
                table[JpegTables.Natural(i)] = (ushort)(size == 1 ? segment[i] : (segment[2 * i] << 8) | segment[2 * i + 1]);
            }

            _quantization[index] = table;
            segment = segment[(64 * size)..];
        }
    }

    private void ReadHuffmanTables(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            int kind = segment[0], count = 0;
            for (int i = 1; i <= 16 && segment.Length > 16; i++)
            {
                count += segment[i];
            }

            if (segment.Length < 17 || count > 256 || count > segment.Length - 17 || (kind & ~0x10) > 3)
            {
                throw ImageFault.Damaged("JPEG", "a Huffman table is cut off, too long, or of an unknown kind.");
            }

            JpegHuffmanTable table = new(segment.Slice(1, 16), segment.Slice(17, count));
            ((kind & 0x10) != 0 ? _details : _means)[kind & 3] = table;
            segment = segment[(17 + count)..];
        }
    }
}
