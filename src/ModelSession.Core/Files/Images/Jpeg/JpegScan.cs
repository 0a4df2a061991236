namespace ModelSessions.Files;

/// <summary>The segment SOS and the bits behind it: coefficients of some components, all of them or a part of each.</summary>
internal sealed class JpegScan
{
    private const int MostBlocksOfUnit = 10;

    private readonly JpegFrame _frame;
    private readonly JpegComponent[] _components;
    private readonly JpegHuffmanTable?[] _means;
    private readonly JpegHuffmanTable?[] _details;
    private readonly int _first, _last, _high, _low;
    private int _endRun;

    private JpegScan(JpegFrame frame, JpegComponent[] components, JpegHuffmanTable?[] means, JpegHuffmanTable?[] details, ReadOnlySpan<byte> band)
    {
        (_frame, _components, _means, _details) = (frame, components, means, details);
        (_first, _last, _high, _low) = frame.IsProgressive ? (band[0], band[1], band[2] >> 4, band[2] & 15) : (0, 63, 0, 0);
    }

    private delegate void BlockReader(JpegSource source, JpegComponent component, int index, Span<short> block);

    public IReadOnlyList<JpegComponent> Components => _components;

    /// <summary>Rows of units that were read to their end.</summary>
    public int WholeRows { get; private set; }

    public static JpegScan Parse(ReadOnlySpan<byte> segment, JpegFrame frame, JpegHuffmanTable?[] means, JpegHuffmanTable?[] details)
    {
        int count = segment.Length == 0 ? 0 : segment[0];
        if (count is < 1 or > 4 || segment.Length != 4 + 2 * count)
        {
            throw ImageFault.Damaged("JPEG", "a scan header has a wrong length.");
        }

        JpegComponent[] components = new JpegComponent[count];
        JpegHuffmanTable?[] scanMeans = new JpegHuffmanTable?[count], scanDetails = new JpegHuffmanTable?[count];
        for (int i = 0; i < count; i++)
        {
            int id = segment[1 + 2 * i], tables = segment[2 + 2 * i];
            JpegComponent? component = Array.Find(frame.Components, component => component.Id == id);
            components[i] = component is not null && !components.AsSpan(0, i).Contains(component) && tables >> 4 < 4 && (tables & 15) < 4
                ? component
                : throw ImageFault.Damaged("JPEG", $"a scan is of component {id}, which the image does not have, or has twice.");
            scanMeans[i] = means[tables >> 4];
            scanDetails[i] = details[tables & 15];
        }

        JpegScan scan = new(frame, components, scanMeans, scanDetails, segment[^3..]);
        scan.Check();
        return scan;
    }

    /// <summary>Reads the bits into the components' coefficients.</summary>
    public void Read(JpegSource source, int restartInterval)
    {
        BlockReader read = (_frame.IsProgressive, _first, _high) switch
        {
            (false, _, _) => ReadWhole,
            (true, 0, 0) => ReadMean,
            (true, 0, _) => RefineMean,
            (true, _, 0) => ReadBand,
            _ => RefineBand,
        };
        bool single = _components.Length == 1;
        JpegComponent only = _components[0];
        int wide = single ? only.BlocksWide : _frame.UnitsWide, high = single ? only.BlocksHigh : _frame.UnitsHigh;
        int left = restartInterval, due = 0;
        Reset(source);
        for (int row = 0; row < high; row++)
        {
            for (int column = 0; column < wide; column++)
            {
                if (restartInterval > 0 && left-- == 0)
                {
                    source.Restart(due);
                    due = (due + 1) & 7;
                    left = restartInterval - 1;
                    ResetPredictors();
                }

                // Where bits ran out, blocks stay as they are.
                if (source.IsExhausted)
                {
                    if (restartInterval == 0)
                    {
                        WholeRows = high;
                        return;
                    }
                }
                else if (single)
                {
                    read(source, only, 0, only.Block(row, column));
                }
                else
                {
                    ReadUnit(source, read, row, column);
                }

                source.Keep();
            }

            WholeRows++;
        }
    }

    private void ReadUnit(JpegSource source, BlockReader read, int row, int column)
    {
        for (int i = 0; i < _components.Length; i++)
        {
            JpegComponent component = _components[i];
            for (int y = 0; y < component.Down; y++)
            {
                for (int x = 0; x < component.Across; x++)
                {
                    read(source, component, i, component.Block(row * component.Down + y, column * component.Across + x));
                }
            }
        }
    }

    private void Reset(JpegSource source)
    {
        source.BeginBits();
        ResetPredictors();
    }

    private void ResetPredictors()
    {
        _endRun = 0;
        foreach (JpegComponent component in _components)
        {
            component.Predictor = 0;
        }
    }

    private void Check()
    {
        bool fits = !_frame.IsProgressive
            || (_first <= _last && _last < 64 && (_first != 0 || _last == 0) && (_first == 0 || _components.Length == 1)
                && (_high == 0 || _low == _high - 1) && _low <= 13);
        if (!fits)
        {
            throw ImageFault.Damaged("JPEG", $"there is no scan of coefficients {_first} to {_last}, bits {_high} to {_low}, for {_components.Length} components.");
        }

        if (_components.Length > 1 && _components.Sum(component => component.Across * component.Down) > MostBlocksOfUnit)
        {
            throw ImageFault.Damaged("JPEG", $"a scan has more than {MostBlocksOfUnit} blocks in a unit.");
        }

        bool needsMeans = _first == 0 && _high == 0, needsDetails = !_frame.IsProgressive || _first > 0;
        if ((needsMeans && _means.Contains(null)) || (needsDetails && _details.Contains(null)))
        {
            throw ImageFault.Damaged("JPEG", "a Huffman table is missing.");
        }

        if (needsMeans && _means.Any(table => table!.LargestSymbol > 15))
        {
            throw ImageFault.Damaged("JPEG", "a Huffman table for means has symbols above 15.");
        }
    }

    private int NextMean(JpegSource source, JpegComponent component, int index)
    {
        int size = source.ReadSymbol(_means[index]!);
        return component.Predictor += source.ReadSigned(size);
    }

    private void ReadWhole(JpegSource source, JpegComponent component, int index, Span<short> block)
    {
        block[0] = (short)NextMean(source, component, index);
        JpegHuffmanTable table = _details[index]!;
        for (int k = 1; k < 64; k++)
        {
            int symbol = source.ReadSymbol(table), zeros = symbol >> 4, size = symbol & 15;
            if (size != 0)
            {
                k += zeros;
                block[JpegTables.Natural(k)] = (short)source.ReadSigned(size);
            }
            else if (zeros == 15)
            {
                k += 15;
            }
            else
            {
                break;
            }
        }
    }

    private void ReadMean(JpegSource source, JpegComponent component, int index, Span<short> block) =>
        block[0] = (short)(NextMean(source, component, index) << _low);

    private void RefineMean(JpegSource source, JpegComponent component, int index, Span<short> block)
    {
        if (source.ReadBits(1) != 0)
        {
            block[0] |= (short)(1 << _low);
        }
    }

    private void ReadBand(JpegSource source, JpegComponent component, int index, Span<short> block)
    {
        if (_endRun > 0)
        {
            _endRun--;
            return;
        }

        JpegHuffmanTable table = _details[index]!;
        for (int k = _first; k <= _last; k++)
        {
            int symbol = source.ReadSymbol(table), zeros = symbol >> 4, size = symbol & 15;
            if (size != 0)
            {
                k += zeros;
                block[JpegTables.Natural(k)] = (short)(source.ReadSigned(size) << _low);
            }
            else if (zeros == 15)
            {
                k += 15;
            }
            else
            {
                _endRun = (1 << zeros) + source.ReadBits(zeros) - 1;
                break;
            }
        }
    }

    private void RefineBand(JpegSource source, JpegComponent component, int index, Span<short> block)
    {
        int k = _first;
        if (_endRun == 0)
        {
            for (; k <= _last; k++)
            {
                int symbol = source.ReadSymbol(_details[index]!), zeros = symbol >> 4;
                int value = 0;
                if ((symbol & 15) != 0)
                {
                    value = source.ReadBits(1) != 0 ? 1 << _low : -1 << _low;
                }
                else if (zeros != 15)
                {
                    _endRun = (1 << zeros) + source.ReadBits(zeros);
                    break;
                }

                k = RefineUpTo(source, block, k, zeros);
                if (value != 0)
                {
                    block[JpegTables.Natural(k)] = (short)value;
                }
            }
        }

        if (_endRun > 0)
        {
            RefineUpTo(source, block, k, int.MaxValue);
            _endRun--;
        }
    }

    // Gives coefficients that are known their next bit, and goes over so many that are 0; gives the place of the one after them.
    private int RefineUpTo(JpegSource source, Span<short> block, int k, int zeros)
    {
        for (; k <= _last; k++)
        {
            ref short coefficient = ref block[JpegTables.Natural(k)];
            if (coefficient == 0)
            {
                if (--zeros < 0)
                {
                    break;
                }
            }
            else if (source.ReadBits(1) != 0 && (coefficient & (1 << _low)) == 0)
            {
                coefficient += (short)(coefficient >= 0 ? 1 << _low : -1 << _low);
            }
        }

        return k;
    }
}
