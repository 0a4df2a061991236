namespace ModelSessions.Cpu.Numerics;

/// <summary>Images that tiles are read from or written to.</summary>
/// <param name="start">The first image.</param>
/// <param name="rows">The height.</param>
/// <param name="columns">The width.</param>
/// <param name="channels">The channels.</param>
/// <param name="top">The row where the first tile begins; may be negative.</param>
/// <param name="left">The column where the first tile begins; may be negative.</param>
internal readonly unsafe struct WinogradImages<T>(T* start, int rows, int columns, int channels, int top, int left)
    where T : unmanaged
{
    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public int Channels { get; } = channels;

    /// <summary>One image.</summary>
    public T* Image(int index) => start + (nint)index * Rows * Columns * Channels;

    /// <summary>The part that tiles of some size read.</summary>
    public PaddedImage Padded(int tileRows, int tileColumns, int size)
    {
        int overlap = WinogradPoints.Count - size;
        return PaddedImage.For(
            Rows, Columns, Channels, top, top + tileRows * size + overlap, left, left + tileColumns * size + overlap);
    }
}
