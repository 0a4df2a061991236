namespace ModelSessions.Files;

/// <summary>A block of DEFLATE: literals and matches are gathered, then written in the form that takes the fewest bits.</summary>
internal sealed class DeflateBlock(BitSink target)
{
    /// <summary>Symbols after which a block is written (zlib at memory level 9).</summary>
    public const int Capacity = (1 << 15) - 1;

    private const int Literals = 256, EndOfBlock = 256, LengthCodes = 29, DistanceCodes = 30, Longest = 15;
    private const int LiteralAndLengths = Literals + 1 + LengthCodes;
    private const int Repeat = 16, Zeros = 17, ManyZeros = 18;

    private static readonly int[] s_lengthBase =
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    private static readonly int[] s_lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    private static readonly int[] s_distanceBase =
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];

    private static readonly int[] s_codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private static readonly HuffmanTree s_fixedLiterals = HuffmanTree.Fixed(
        [.. Enumerable.Range(0, 288).Select(i => i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)], Longest);

    private static readonly HuffmanTree s_fixedDistances = HuffmanTree.Fixed([.. Enumerable.Repeat(5, DistanceCodes)], Longest);

    // The code of each length, and of each distance: one by one up to 256, then in steps of 128.
    private static readonly byte[] s_lengthCodes = [.. Enumerable.Range(0, 259).Select(length => (byte)Place(s_lengthBase, Math.Max(length, 3)))];
    private static readonly byte[] s_nearCodes = [.. Enumerable.Range(0, 257).Select(distance => (byte)Place(s_distanceBase, Math.Max(distance, 1)))];
    private static readonly byte[] s_farCodes = [.. Enumerable.Range(0, 256).Select(step => (byte)Place(s_distanceBase, step * 128 + 1))];

    private readonly HuffmanTree _literals = new(LiteralAndLengths, Longest);
    private readonly HuffmanTree _distances = new(DistanceCodes, Longest);
    private readonly HuffmanTree _lengths = new(19, 7);
    private readonly List<(ushort Distance, ushort Value)> _symbols = new(Capacity);
    private long _lengthBits;

    /// <summary>Whether the block must be written now.</summary>
    public bool IsFull => _symbols.Count == Capacity;

    public void AddLiteral(byte value)
    {
        _symbols.Add((0, value));
        _literals.Counts[value]++;
    }

    public void AddMatch(int distance, int length)
    {
        _symbols.Add(((ushort)distance, (ushort)length));
        _literals.Counts[Literals + 1 + s_lengthCodes[length]]++;
        _distances.Counts[DistanceCode(distance)]++;
    }

    /// <summary>Writes what was gathered, and begins anew.</summary>
    /// <param name="plain">The bytes that the block stands for.</param>
    /// <param name="mayStore">Whether they are still at hand to be stored as they are.</param>
    /// <param name="last">Whether no block follows.</param>
    public void Flush(ReadOnlySpan<byte> plain, bool mayStore, bool last)
    {
        _literals.Counts[EndOfBlock] = 1;
        _literals.Build();
        _distances.Build();
        int codes = BuildLengths();
        long extra = ExtraBits();
        long packed = (_literals.Cost(_literals) + _distances.Cost(_distances) + extra + _lengthBits + 3 * codes + 14 + 10) >> 3;
        long common = (s_fixedLiterals.Cost(_literals) + s_fixedDistances.Cost(_distances) + extra + 10) >> 3;
        if (plain.Length + 4 <= Math.Min(packed, common) && mayStore)
        {
            Store(target, plain, last);
        }
        else if (common <= packed)
        {
            target.Add(last ? 3u : 2, 3);
            WriteSymbols(s_fixedLiterals, s_fixedDistances);
        }
        else
        {
            target.Add(last ? 5u : 4, 3);
            WriteTrees(codes);
            WriteSymbols(_literals, _distances);
        }

        _symbols.Clear();
        Array.Clear(_literals.Counts);
        Array.Clear(_distances.Counts);
        if (last)
        {
            target.Align();
        }
    }

    /// <summary>Writes bytes as they are.</summary>
    public static void Store(BitSink target, ReadOnlySpan<byte> plain, bool last)
    {
        target.Add(last ? 1u : 0, 3);
        target.Align();
        target.Add((uint)plain.Length, 16);
        target.Add((ushort)~plain.Length, 16);
        target.AddBytes(plain);
    }

    private static int Place(int[] starts, int value)
    {
        int at = Array.BinarySearch(starts, value);
        return at >= 0 ? at : ~at - 1;
    }

    private static int DistanceCode(int distance) => distance <= 256 ? s_nearCodes[distance] : s_farCodes[(distance - 1) >> 7];

    private static int DistanceExtra(int code) => Math.Max(0, code / 2 - 1);

    private long ExtraBits()
    {
        long bits = 0;
        for (int i = 0; i < LengthCodes; i++)
        {
            bits += (long)_literals.Counts[Literals + 1 + i] * s_lengthExtra[i];
        }

        for (int i = 0; i < DistanceCodes; i++)
        {
            bits += (long)_distances.Counts[i] * DistanceExtra(i);
        }

        return bits;
    }

    private void WriteSymbols(HuffmanTree literals, HuffmanTree distances)
    {
        foreach ((ushort distance, ushort value) in _symbols)
        {
            if (distance == 0)
            {
                literals.Write(target, value);
                continue;
            }

            int length = s_lengthCodes[value], far = DistanceCode(distance);
            literals.Write(target, Literals + 1 + length);
            target.Add((uint)(value - s_lengthBase[length]), s_lengthExtra[length]);
            distances.Write(target, far);
            target.Add((uint)(distance - s_distanceBase[far]), DistanceExtra(far));
        }

        literals.Write(target, EndOfBlock);
    }

    // The code for the lengths of the two codes; gives how many of its own lengths are written.
    private int BuildLengths()
    {
        Array.Clear(_lengths.Counts);
        Scan(_literals, (symbol, _, _) => _lengths.Counts[symbol]++);
        Scan(_distances, (symbol, _, _) => _lengths.Counts[symbol]++);
        _lengths.Build();
        _lengthBits = _lengths.Cost(_lengths) + 2L * _lengths.Counts[Repeat] + 3L * _lengths.Counts[Zeros] + 7L * _lengths.Counts[ManyZeros];
        int last = s_codeOrder.Length - 1;
        while (last >= 3 && _lengths.Lengths[s_codeOrder[last]] == 0)
        {
            last--;
        }

        return last + 1;
    }

    private void WriteTrees(int codes)
    {
        target.Add((uint)(_literals.Last - 256), 5);
        target.Add((uint)_distances.Last, 5);
        target.Add((uint)(codes - 4), 4);
        for (int i = 0; i < codes; i++)
        {
            target.Add((uint)_lengths.Lengths[s_codeOrder[i]], 3);
        }

        void Write(int symbol, int extra, int bits)
        {
            _lengths.Write(target, symbol);
            target.Add((uint)extra, bits);
        }

        Scan(_literals, Write);
        Scan(_distances, Write);
    }

    // Lengths in runs, as zlib cuts them.
    private static void Scan(HuffmanTree tree, Action<int, int, int> write)
    {
        int previous = -1, next = tree.Lengths[0], count = 0;
        (int most, int least) = next == 0 ? (138, 3) : (7, 4);
        for (int n = 0; n <= tree.Last; n++)
        {
            int current = next;
            next = n == tree.Last ? -1 : tree.Lengths[n + 1];
            if (++count < most && current == next)
            {
                continue;
            }

            WriteRun(current, count, current == previous, count < least, write);
            count = 0;
            previous = current;
            (most, least) = next == 0 ? (138, 3) : current == next ? (6, 3) : (7, 4);
        }
    }

    private static void WriteRun(int length, int count, bool known, bool few, Action<int, int, int> write)
    {
        if (few)
        {
            for (int i = 0; i < count; i++)
            {
                write(length, 0, 0);
            }
        }
        else if (length != 0)
        {
            if (!known)
            {
                write(length, 0, 0);
                count--;
            }

            write(Repeat, count - 3, 2);
        }
        else if (count <= 10)
        {
            write(Zeros, count - 3, 3);
        }
        else
        {
            write(ManyZeros, count - 11, 7);
        }
    }
}
