namespace ModelSessions.Cpu.Numerics;

/// <summary>The loops of an operation on two tensors whose shapes are brought to one by TensorFlow's broadcasting: dimensions
/// that are walked alike are one, dimensions of size 1 are none.</summary>
internal readonly ref struct BroadcastLoop
{
    private readonly ReadOnlySpan<long> _extents;
    private readonly ReadOnlySpan<long> _xSteps;
    private readonly ReadOnlySpan<long> _ySteps;

    /// <summary>The loops for two shapes.</summary>
    /// <param name="x">The first shape.</param>
    /// <param name="y">The second shape, which broadcasts with the first.</param>
    /// <param name="memory">Room for three numbers a dimension of the result.</param>
    public BroadcastLoop(ReadOnlySpan<long> x, ReadOnlySpan<long> y, Span<long> memory)
    {
        int rank = Math.Max(x.Length, y.Length);
        Span<long> extents = memory[..rank], xSteps = memory.Slice(rank, rank), ySteps = memory.Slice(2 * rank, rank);
        int at = rank;
        long xStep = 1, yStep = 1;
        for (int back = 1; back <= rank; back++)
        {
            long xSize = back <= x.Length ? x[^back] : 1, ySize = back <= y.Length ? y[^back] : 1;
            long extent = xSize == 1 ? ySize : xSize;
            if (extent == 1)
            {
                continue;
            }

            long xs = xSize == 1 ? 0 : xStep, ys = ySize == 1 ? 0 : yStep;
            xStep *= xSize;
            yStep *= ySize;
            if (at < rank && xs == xSteps[at] * extents[at] && ys == ySteps[at] * extents[at])
            {
                extents[at] *= extent;
                continue;
            }

            at--;
            (extents[at], xSteps[at], ySteps[at]) = (extent, xs, ys);
        }

        if (at == rank)
        {
            // One element.
            InnerLength = 1;
            (XInnerStep, YInnerStep, OuterCount) = (1, 1, 1);
            return;
        }

        (InnerLength, XInnerStep, YInnerStep) = (extents[rank - 1], xSteps[rank - 1], ySteps[rank - 1]);
        _extents = extents[at..(rank - 1)];
        _xSteps = xSteps[at..(rank - 1)];
        _ySteps = ySteps[at..(rank - 1)];
        OuterCount = 1;
        foreach (long extent in _extents)
        {
            OuterCount *= extent;
        }
    }

    /// <summary>The length of the innermost loop.</summary>
    public long InnerLength { get; }

    /// <summary>1, or 0 where x has one element for the whole innermost loop.</summary>
    public long XInnerStep { get; }

    /// <summary>1, or 0 where y has one element for the whole innermost loop.</summary>
    public long YInnerStep { get; }

    /// <summary>How often the innermost loop runs.</summary>
    public long OuterCount { get; }

    /// <summary>Where the innermost loop of a number starts in x and y.</summary>
    public (long X, long Y) Start(long outer)
    {
        long x = 0, y = 0;
        for (int i = _extents.Length - 1; i >= 0; i--)
        {
            (outer, long index) = Math.DivRem(outer, _extents[i]);
            x += index * _xSteps[i];
            y += index * _ySteps[i];
        }

        return (x, y);
    }

    /// <summary>The shape of the result.</summary>
    /// <param name="x">The first shape.</param>
    /// <param name="y">The second shape.</param>
    /// <param name="result">Room for as many dimensions as the longer one has.</param>
    /// <returns>False if the shapes do not broadcast.</returns>
    public static bool TryMerge(ReadOnlySpan<long> x, ReadOnlySpan<long> y, Span<long> result)
    {
        for (int back = 1; back <= result.Length; back++)
        {
            long xSize = back <= x.Length ? x[^back] : 1, ySize = back <= y.Length ? y[^back] : 1;
            if (xSize != ySize && xSize != 1 && ySize != 1)
            {
                return false;
            }

            result[^back] = xSize == 1 ? ySize : xSize;
        }

        return true;
    }
}
