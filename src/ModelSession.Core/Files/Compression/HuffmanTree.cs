namespace ModelSessions.Files;

/// <summary>A Huffman code of DEFLATE, made from counts as zlib makes it: ties fall the same way, so the bits are the same.</summary>
/// <param name="size">The number of symbols.</param>
/// <param name="longest">The most bits of a code.</param>
internal sealed class HuffmanTree(int size, int longest)
{
    private readonly int[] _heap = new int[2 * size + 1];
    private readonly int[] _parents = new int[2 * size + 1];
    private readonly int[] _depths = new int[2 * size + 1];
    private readonly int[] _weights = new int[2 * size + 1];
    private readonly uint[] _codes = new uint[size];
    private int _heapLength;

    /// <summary>How often each symbol occurs.</summary>
    public int[] Counts { get; } = new int[size];

    /// <summary>Bits of each symbol's code; 0 for one that does not occur.</summary>
    public int[] Lengths { get; } = new int[2 * size + 1];

    /// <summary>The last symbol that occurs.</summary>
    public int Last { get; private set; }

    /// <summary>A code of given lengths.</summary>
    public static HuffmanTree Fixed(ReadOnlySpan<int> lengths, int longest)
    {
        HuffmanTree tree = new(lengths.Length, longest);
        lengths.CopyTo(tree.Lengths);
        tree.Last = lengths.Length - 1;
        tree.MakeCodes();
        return tree;
    }

    public void Write(BitSink target, int symbol) => target.Add(_codes[symbol], Lengths[symbol]);

    /// <summary>The bits that all symbols take.</summary>
    public long Cost(HuffmanTree counted)
    {
        long bits = 0;
        for (int i = 0; i < counted.Counts.Length; i++)
        {
            bits += (long)counted.Counts[i] * Lengths[i];
        }

        return bits;
    }

    /// <summary>Makes the code from <see cref="Counts"/>.</summary>
    public void Build()
    {
        Array.Clear(Lengths);
        Array.Clear(_depths);
        _heapLength = 0;
        Last = -1;
        for (int n = 0; n < size; n++)
        {
            _weights[n] = Counts[n];
            if (Counts[n] != 0)
            {
                _heap[++_heapLength] = Last = n;
            }
        }

        // A code needs two symbols; those that are made up count for nothing.
        while (_heapLength < 2)
        {
            int added = _heap[++_heapLength] = Last < 2 ? ++Last : 0;
            _weights[added] = 1;
        }

        for (int n = _heapLength / 2; n >= 1; n--)
        {
            Sink(n);
        }

        List<int> order = Merge();
        MakeLengths(order);
        MakeCodes();
    }

    // Joins the two rarest nodes until one is left. Gives all nodes, the root first.
    private List<int> Merge()
    {
        List<int> order = [];
        int node = size;
        do
        {
            int n = _heap[1];
            _heap[1] = _heap[_heapLength--];
            Sink(1);
            int m = _heap[1];
            order.Add(n);
            order.Add(m);
            _weights[node] = _weights[n] + _weights[m];
            _depths[node] = (byte)(Math.Max(_depths[n], _depths[m]) + 1);
            _parents[n] = _parents[m] = node;
            _heap[1] = node++;
            Sink(1);
        }
        while (_heapLength >= 2);
        order.Add(_heap[1]);
        order.Reverse();
        return order;
    }

    private void MakeLengths(List<int> order)
    {
        int[] counts = new int[longest + 1];
        int overflow = 0;
        Lengths[order[0]] = 0;
        for (int i = 1; i < order.Count; i++)
        {
            int n = order[i], bits = Lengths[_parents[n]] + 1;
            if (bits > longest)
            {
                bits = longest;
                overflow++;
            }

            Lengths[n] = bits;
            if (n <= Last && n < size)
            {
                counts[bits]++;
            }
        }

        if (overflow == 0)
        {
            return;
        }

        for (; overflow > 0; overflow -= 2)
        {
            int bits = longest - 1;
            while (counts[bits] == 0)
            {
                bits--;
            }

            counts[bits]--;
            counts[bits + 1] += 2;
            counts[longest]--;
        }

        int at = order.Count;
        for (int bits = longest; bits > 0; bits--)
        {
            for (int n = counts[bits]; n > 0;)
            {
                int symbol = order[--at];
                if (symbol < size)
                {
                    Lengths[symbol] = bits;
                    n--;
                }
            }
        }
    }

    private void MakeCodes()
    {
        int[] counts = new int[longest + 2];
        for (int i = 0; i <= Last; i++)
        {
            counts[Lengths[i]]++;
        }

        counts[0] = 0;
        uint[] next = new uint[longest + 2];
        for (int bits = 1; bits <= longest; bits++)
        {
            next[bits] = (next[bits - 1] + (uint)counts[bits - 1]) << 1;
        }

        for (int i = 0; i <= Last; i++)
        {
            _codes[i] = Lengths[i] == 0 ? 0 : Reverse(next[Lengths[i]]++, Lengths[i]);
        }
    }

    private static uint Reverse(uint code, int length)
    {
        uint result = 0;
        for (int i = 0; i < length; i++)
        {
            result = (result << 1) | ((code >> i) & 1);
        }

        return result;
    }

    private bool Smaller(int n, int m) => _weights[n] < _weights[m] || (_weights[n] == _weights[m] && _depths[n] <= _depths[m]);

    private void Sink(int k)
    {
        int v = _heap[k];
        for (int j = k << 1; j <= _heapLength; j <<= 1)
        {
            if (j < _heapLength && Smaller(_heap[j + 1], _heap[j]))
            {
                j++;
            }

            if (Smaller(v, _heap[j]))
            {
                break;
            }

            _heap[k] = _heap[j];
            k = j;
        }

        _heap[k] = v;
    }
}
