namespace ModelSessions.Files;

/// <summary>The bytes of a JPEG file: markers, numbers, and the bits between markers.</summary>
/// <param name="file">The file.</param>
/// <param name="recover">Whether a file that is cut off ends there, as if it had its last marker.</param>
internal sealed class JpegSource(byte[] file, bool recover)
{
    public const int EndOfImage = 0xD9, FirstRestart = 0xD0, LastRestart = 0xD7;

    // libjpeg fills its buffer up to so many bits, with zeros behind a marker.
    private const int FullBuffer = 57;

    // A unit takes a few hundred bytes; who goes back more often gets nowhere.
    private const int MostReturns = 1 << 12;

    private int _at;
    private int _kept;
    private int _invented;
    private int _returns;
    private ulong _buffer;
    private int _bits;

    /// <summary>A marker that was found and not yet dealt with; 0 if none.</summary>
    public int Marker { get; set; }

    /// <summary>Whether bits were asked for that are not there; zeros were given.</summary>
    public bool IsExhausted { get; private set; }

    public int Position => _at;

    public int ReadByte()
    {
        if (_at < file.Length)
        {
            return file[_at++];
        }

        return recover && _invented < 2
            ? _invented++ == 0 ? 0xFF : EndOfImage
            : throw ImageFault.Damaged("JPEG", "it ends before its last marker. To read what is there of a cut file, set try_recover_truncated.", _at);
    }

    public int ReadUInt16() => (ReadByte() << 8) | ReadByte();

    /// <summary>Notes where a unit of the image begins. Where a file is cut off and that is to be recovered, libjpeg reads on from here.</summary>
    public void Keep() => (_kept, _returns) = (_at, 0);

    /// <summary>A segment's content, without its length.</summary>
    public ReadOnlySpan<byte> ReadSegment()
    {
        int start = _at, length = ReadUInt16() - 2;
        if (length < 0 || length > file.Length - _at)
        {
            throw ImageFault.Damaged("JPEG", $"a segment has {length + 2:n0} bytes, and {file.Length - start:n0} are left.", start);
        }

        _at += length;
        return file.AsSpan(_at - length, length);
    }

    /// <summary>Finds the next marker, over whatever stands before it.</summary>
    public void FindMarker()
    {
        int value;
        do
        {
            while (ReadByte() != 0xFF)
            {
            }

            do
            {
                value = ReadByte();
            }
            while (value == 0xFF);
        }
        while (value == 0);
        Marker = value;
    }

    /// <summary>Begins to read bits.</summary>
    public void BeginBits()
    {
        Keep();
        DropBits();
        IsExhausted = false;
    }

    /// <summary>Forgets bits that were read ahead.</summary>
    public void DropBits() => (_buffer, _bits) = (0, 0);

    /// <summary>Goes to the restart marker that is due, or as near to it as the file allows.</summary>
    public void Restart(int due)
    {
        DropBits();
        if (Marker == 0)
        {
            FindMarker();
        }

        if (Marker == FirstRestart + due)
        {
            Marker = 0;
        }
        else
        {
            Resynchronize(due);
        }

        if (Marker == 0)
        {
            IsExhausted = false;
        }
    }

    public int ReadBits(int count)
    {
        if (count == 0)
        {
            return 0;
        }

        if (_bits < count)
        {
            Fill(count);
        }

        _bits -= count;
        return (int)(_buffer >> _bits) & ((1 << count) - 1);
    }

    /// <summary>A number of so many bits, of which the lower half is negative.</summary>
    public int ReadSigned(int count)
    {
        int value = ReadBits(count);
        return count == 0 || value >= 1 << (count - 1) ? value : value - (1 << count) + 1;
    }

    /// <summary>A symbol; 0 if no code fits.</summary>
    public int ReadSymbol(JpegHuffmanTable table)
    {
        // Bits are fetched when libjpeg fetches them: it matters at the end of a file that is cut off.
        if (_bits < JpegHuffmanTable.Ahead)
        {
            Fill(0);
        }

        int width = JpegHuffmanTable.LongestCode;
        int ahead = (int)(_bits >= width ? _buffer >> (_bits - width) : _buffer << (width - _bits)) & 0xFFFF;
        (int length, int symbol) = table.Find(ahead);
        while (_bits < length)
        {
            int had = _bits;
            Fill(had < JpegHuffmanTable.Ahead ? had + 1 : Math.Max(had + 1, JpegHuffmanTable.Ahead + 1));
            ahead = (int)(_bits >= width ? _buffer >> (_bits - width) : _buffer << (width - _bits)) & 0xFFFF;
            (length, symbol) = table.Find(ahead);
        }

        _bits -= length;
        return symbol;
    }

    private int ReadBitsByte()
    {
        if (_at == file.Length && recover && _kept < _at)
        {
            _at = ++_returns < MostReturns ? _kept : throw ImageFault.Damaged("JPEG", "it is cut off inside of a marker.", _at);
        }

        return _at < file.Length || recover ? ReadByte() : throw new JpegCutException();
    }

    private void Fill(int wanted)
    {
        while (_bits < FullBuffer && Marker == 0)
        {
            int value = ReadBitsByte();
            if (value == 0xFF)
            {
                do
                {
                    value = ReadBitsByte();
                }
                while (value == 0xFF);
                if (value != 0)
                {
                    Marker = value;
                    break;
                }

                value = 0xFF;
            }

            _buffer = (_buffer << 8) | (byte)value;
            _bits += 8;
        }

        if (wanted > _bits)
        {
            IsExhausted = true;
            _buffer <<= FullBuffer - _bits;
            _bits = FullBuffer;
        }
    }

    private void Resynchronize(int due)
    {
        while (true)
        {
            int ahead = Marker - FirstRestart - due & 7;
            bool isRestart = Marker is >= FirstRestart and <= LastRestart;
            if (Marker < 0xC0 || (isRestart && ahead is 6 or 7))
            {
                FindMarker();
            }
            else
            {
                // One that is due next, or no restart at all, is left to be found again; one far off is taken for the one that is due.
                Marker = isRestart && ahead is not (1 or 2) ? 0 : Marker;
                return;
            }
        }
    }
}
