namespace ModelSessions.Files;

/// <summary>Takes what a scan is made of: to count it, or to write it.</summary>
internal interface IJpegSymbols
{
    /// <summary>A symbol of one of the four codes.</summary>
    void Symbol(int table, int symbol);

    /// <summary>Bits as they are.</summary>
    void Bits(int value, int length);
}

/// <summary>Counts symbols.</summary>
internal sealed class JpegSymbolCounter : IJpegSymbols
{
    private readonly long[][] _counts = [new long[256], new long[256], new long[256], new long[256]];

    /// <summary>The best code of a table; null if it was not used.</summary>
    public JpegHuffmanCode? Code(int table) => Array.TrueForAll(_counts[table], count => count == 0) ? null : JpegHuffmanCode.Best(_counts[table]);

    public void Symbol(int table, int symbol) => _counts[table][symbol]++;

    public void Bits(int value, int length)
    {
    }
}

/// <summary>Writes symbols.</summary>
internal sealed class JpegSymbolWriter(JpegBitWriter target, JpegHuffmanCode?[] codes) : IJpegSymbols
{
    public void Symbol(int table, int symbol) => codes[table]!.Write(target, symbol);

    public void Bits(int value, int length)
    {
        if (length > 0)
        {
            target.Write(value, length);
        }
    }
}
