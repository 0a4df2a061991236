namespace ModelSessions.Files;

/// <summary>A Huffman code of a JPEG file, ready to be read.</summary>
internal sealed class JpegHuffmanTable
{
    public const int LongestCode = 16;

    /// <summary>Codes of so many bits are found at once.</summary>
    public const int Ahead = 8;

    // By the next bits: length × 256 + symbol; 0 for longer codes.
    private readonly ushort[] _short = new ushort[1 << Ahead];
    private readonly int[] _last = new int[LongestCode + 1];
    private readonly int[] _offsets = new int[LongestCode + 1];
    private readonly byte[] _symbols;

    /// <summary>A table.</summary>
    /// <param name="counts">How many codes have 1 to 16 bits.</param>
    /// <param name="symbols">The symbols in the order of their codes.</param>
    /// <exception cref="ModelFileException">There are more codes than bits allow.</exception>
    public JpegHuffmanTable(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        _symbols = symbols.ToArray();
        int code = 0, at = 0;
        for (int length = 1; length <= LongestCode; length++)
        {
            _offsets[length] = at - code;
            if (counts[length - 1] > 0 && code + counts[length - 1] >= 1 << length)
            {
                throw ImageFault.Damaged("JPEG", "a Huffman table has more codes than their bits allow; no code is all ones.");
            }

            for (int i = 0; i < counts[length - 1]; i++, code++, at++)
            {
                if (length <= Ahead)
                {
                    _short.AsSpan(code << (Ahead - length), 1 << (Ahead - length)).Fill((ushort)((length << 8) | symbols[at]));
                }
            }

            _last[length] = counts[length - 1] == 0 ? -1 : code - 1;
            code <<= 1;
        }
    }

    /// <summary>The largest symbol.</summary>
    public int LargestSymbol => _symbols.Length == 0 ? 0 : _symbols.Max();

    /// <summary>The code at the beginning of 16 bits. A wrong one counts 17 bits, as in libjpeg, and stands for 0.</summary>
    public (int Length, int Symbol) Find(int bits)
    {
        int entry = _short[bits >> (LongestCode - Ahead)];
        if (entry != 0)
        {
            return (entry >> 8, entry & 0xFF);
        }

        for (int length = Ahead + 1; length <= LongestCode; length++)
        {
            int code = bits >> (LongestCode - length);
            if (code <= _last[length])
            {
                return (length, _symbols[code + _offsets[length]]);
            }
        }

        return (LongestCode + 1, 0);
    }
}
