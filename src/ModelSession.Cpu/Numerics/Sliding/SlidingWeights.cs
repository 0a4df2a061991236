namespace ModelSessions.Cpu.Numerics;

/// <summary>Packs the filter for one phase of a sliding product: strips whose rows follow the taps as the phase meets them.</summary>
internal readonly unsafe ref struct SlidingWeights<T, TVector, TLanes>(
    ConvolutionGeometry geometry, T* filter, bool transposed, T* packed, ReadOnlySpan<Tap> rows, ReadOnlySpan<Tap> columns) : IParallelBody
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    private readonly ConvolutionGeometry _geometry = geometry;
    private readonly ReadOnlySpan<Tap> _rows = rows;
    private readonly ReadOnlySpan<Tap> _columns = columns;

    // What a window reads of each tap, and what it makes of it: channels of one group.
    private int Factors => transposed ? _geometry.OutputChannels / _geometry.Groups : _geometry.FilterInputChannels;

    private int Results => transposed ? _geometry.FilterInputChannels : _geometry.OutputChannels / _geometry.Groups;

    /// <summary>Elements from one strip to the next.</summary>
    public nint StripStep => (nint)_rows.Length * _columns.Length * Factors * Strips<T, TVector, TLanes>.Width;

    /// <summary>Elements from one group to the next.</summary>
    public nint GroupStep => StripStep * Strips<T, TVector, TLanes>.Count(Results);

    /// <summary>Packs one tap for all groups.</summary>
    public void Run(int index, int slot)
    {
        (int row, int column) = Math.DivRem(index, _columns.Length);
        int tap = _rows[row].Index * _geometry.Columns.Window + _columns[column].Index;
        T* from = filter + (nint)tap * _geometry.FilterInputChannels * _geometry.OutputChannels;
        T* to = packed + (nint)index * Factors * Strips<T, TVector, TLanes>.Width;
        int perGroup = _geometry.OutputChannels / _geometry.Groups;
        for (int group = 0; group < _geometry.Groups; group++, from += perGroup, to += GroupStep)
        {
            if (transposed)
            {
                Strips<T, TVector, TLanes>.PackTransposed(from, _geometry.OutputChannels, Factors, Results, to, StripStep);
            }
            else
            {
                Strips<T, TVector, TLanes>.Pack(from, _geometry.OutputChannels, Factors, Results, to, StripStep);
            }
        }
    }
}
