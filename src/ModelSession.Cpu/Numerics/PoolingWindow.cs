namespace ModelSessions.Cpu.Numerics;

/// <summary>One window of a pool, cut to what lies inside the image.</summary>
internal readonly struct PoolingWindow
{
    private readonly int _start;
    private readonly int _width;
    private readonly int _rowStep;
    private readonly int _channels;

    /// <summary>The window of an output position.</summary>
    /// <param name="geometry">The dimensions.</param>
    /// <param name="line">The output's row, counted from the first image on.</param>
    /// <param name="column">The output's column.</param>
    public PoolingWindow(in PoolingGeometry geometry, int line, int column)
    {
        (int image, int row) = Math.DivRem(line, geometry.Rows.Output);
        (int top, int height) = Cut(geometry.Rows, row);
        (int left, _width) = Cut(geometry.Columns, column);
        _channels = geometry.Channels;
        _rowStep = geometry.Columns.Input * _channels;
        _start = ((image * geometry.Rows.Input + top) * geometry.Columns.Input + left) * _channels;
        OutputStart = (line * geometry.Columns.Output + column) * _channels;
        Count = height * _width;
    }

    /// <summary>Elements inside the image, for each channel.</summary>
    public int Count { get; }

    /// <summary>Where the channels of the output lie.</summary>
    public int OutputStart { get; }

    /// <summary>Where the channels of one element lie in the input; elements are counted row by row.</summary>
    public int InputStart(int tap) => _start + tap / _width * _rowStep + tap % _width * _channels;

    private static (int Start, int Length) Cut(in WindowAxis axis, int window)
    {
        int from = window * axis.Stride - axis.PadBefore;
        int start = Math.Max(from, 0);
        return (start, Math.Max(Math.Min(from + axis.Window, axis.Input) - start, 0));
    }
}
