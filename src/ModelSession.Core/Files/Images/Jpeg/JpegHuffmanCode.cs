namespace ModelSessions.Files;

/// <summary>A Huffman code to write with: the standard's, or the best one for symbols that were counted.</summary>
internal sealed class JpegHuffmanCode
{
    private const int Symbols = 256, Longest = 16, LongestTree = 32;

    private readonly int[] _codes = new int[Symbols];
    private readonly int[] _lengths = new int[Symbols];

    /// <summary>A code.</summary>
    /// <param name="counts">How many codes have 1 to 16 bits.</param>
    /// <param name="values">The symbols in the order of their codes.</param>
    public JpegHuffmanCode(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> values)
    {
        (Counts, Values) = (counts.ToArray(), values.ToArray());
        int code = 0, at = 0;
        for (int length = 1; length <= Longest; length++, code <<= 1)
        {
            for (int i = 0; i < counts[length - 1]; i++, code++, at++)
            {
                (_codes[values[at]], _lengths[values[at]]) = (code, length);
            }
        }
    }

    public byte[] Counts { get; }

    public byte[] Values { get; }

    /// <summary>The best code of at most 16 bits for symbols that occur so often; ties fall as in libjpeg. No code is all ones.</summary>
    public static JpegHuffmanCode Best(ReadOnlySpan<long> counts)
    {
        int[] lengths = Lengths(counts);
        int[] perLength = new int[LongestTree + 1];
        foreach (int length in lengths)
        {
            perLength[length]++;
        }

        perLength[0] = 0;
        for (int length = LongestTree; length > Longest; length--)
        {
            while (perLength[length] > 0)
            {
                int shorter = length - 2;
                while (perLength[shorter] == 0)
                {
                    shorter--;
                }

                perLength[length] -= 2;
                perLength[length - 1]++;
                perLength[shorter + 1] += 2;
                perLength[shorter]--;
            }
        }

        // The made-up symbol has the last code of the longest.
        int last = Longest;
        while (perLength[last] == 0)
        {
            last--;
        }

        perLength[last]--;
        byte[] values = [.. Enumerable.Range(0, Symbols).Where(symbol => lengths[symbol] > 0).OrderBy(symbol => lengths[symbol]).Select(symbol => (byte)symbol)];
        return new JpegHuffmanCode([.. perLength.Skip(1).Take(Longest).Select(count => (byte)count)], values);
    }

    public void Write(JpegBitWriter target, int symbol) => target.Write(_codes[symbol], _lengths[symbol]);

    // Lengths in a tree that may be deep; the last place is a made-up symbol that occurs once.
    private static int[] Lengths(ReadOnlySpan<long> counts)
    {
        long[] weights = [.. counts, 1];
        int[] lengths = new int[weights.Length], next = new int[weights.Length];
        Array.Fill(next, -1);
        while (true)
        {
            int first = Rarest(weights, -1), second = Rarest(weights, first);
            if (second < 0)
            {
                return lengths;
            }

            weights[first] += weights[second];
            weights[second] = 0;
            int end = Deepen(lengths, next, first);
            next[end] = second;
            Deepen(lengths, next, second);
        }
    }

    private static int Rarest(long[] weights, int except)
    {
        int found = -1;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] != 0 && i != except && (found < 0 || weights[i] <= weights[found]))
            {
                found = i;
            }
        }

        return found;
    }

    private static int Deepen(int[] lengths, int[] next, int at)
    {
        lengths[at]++;
        while (next[at] >= 0)
        {
            at = next[at];
            lengths[at]++;
        }

        return at;
    }
}
