namespace ModelSessions.Cpu.Numerics;

/// <summary>One window of a pool, cut to what lies inside the image.</summary>
internal readonly struct PoolingWindow
{
    private readonly int _channels;

    /// <summary>The window of an output position.</summary>
    /// <param name="geometry">The dimensions.</param>
    /// <param name="line">The output's row, counted from the first image on.</param>
    /// <param name="column">The output's column.</param>
    public PoolingWindow(in PoolingGeometry geometry, int line, int column)
    {
        (int image, int row) = Math.DivRem(line, geometry.Rows.Output);
        (int top, Height) = Cut(geometry.Rows, row);
        (int left, Width) = Cut(geometry.Columns, column);
        _channels = geometry.Channels;
        RowStep = geometry.Columns.Input * _channels;
        Start = ((image * geometry.Rows.Input + top) * geometry.Columns.Input + left) * _channels;
        OutputStart = (line * geometry.Columns.Output + column) * _channels;
    }

    /// <summary>Rows inside the image.</summary>
    public int Height { get; }

    /// <summary>Columns inside the image.</summary>
    public int Width { get; }

    /// <summary>Elements inside the image, for each channel.</summary>
    public int Count => Height * Width;

    /// <summary>Where the channels of the first element lie in the input.</summary>
    public int Start { get; }

    /// <summary>From one row of the input to the next.</summary>
    public int RowStep { get; }

    /// <summary>Where the channels of the output lie.</summary>
    public int OutputStart { get; }

    /// <summary>Where the channels of one element lie in the input; elements are counted row by row.</summary>
    public int InputStart(int tap) => Start + tap / Width * RowStep + tap % Width * _channels;

    private static (int Start, int Length) Cut(in WindowAxis axis, int window)
    {
        int from = window * axis.Stride - axis.PadBefore;
        int start = Math.Max(from, 0);
        return (start, Math.Max(Math.Min(from + axis.Window, axis.Input) - start, 0));
    }
}
