namespace ModelSessions.Cpu.Numerics;

/// <summary>A part of an image with zeros around it, so that a window never meets an edge. Where no window reaches over an edge
/// the image itself is used.</summary>
/// <param name="Rows">The image's height.</param>
/// <param name="Columns">The image's width.</param>
/// <param name="Channels">The image's channels.</param>
/// <param name="Top">The first row that is read; may be negative.</param>
/// <param name="Left">The first column that is read; may be negative.</param>
/// <param name="Right">The column after the last that is read.</param>
/// <param name="IsImage">Whether the image itself is used.</param>
internal readonly record struct PaddedImage(int Rows, int Columns, int Channels, int Top, int Left, int Right, bool IsImage)
{
    /// <summary>What is needed of an image.</summary>
    public static PaddedImage For(int rows, int columns, int channels, int top, int bottom, int left, int right) =>
        new(rows, columns, channels, top, left, right, top >= 0 && left >= 0 && bottom <= rows && right <= columns);

    /// <summary>Elements from one row to the next.</summary>
    public int RowStep => (IsImage ? Columns : Right - Left) * Channels;

    /// <summary>Elements of scratch memory for so many rows.</summary>
    public long Length(int rows) => IsImage ? 0 : (long)rows * RowStep;

    /// <summary>Makes a part readable.</summary>
    /// <param name="image">The image.</param>
    /// <param name="first">The first row, counted from <see cref="Top"/>.</param>
    /// <param name="count">The rows.</param>
    /// <param name="scratch">Memory for them.</param>
    /// <returns>The first element of the first row, at column <see cref="Left"/>.</returns>
    public unsafe T* Prepare<T>(T* image, int first, int count, T* scratch)
        where T : unmanaged
    {
        if (IsImage)
        {
            return image + ((nint)(Top + first) * Columns + Left) * Channels;
        }

        int from = Math.Clamp(Left, 0, Columns);
        int to = Math.Clamp(Right, from, Columns);
        int before = Math.Min(Math.Max(-Left, 0), Right - Left) * Channels;
        int inside = (to - from) * Channels;
        for (int i = 0; i < count; i++)
        {
            Span<T> target = new(scratch + (nint)i * RowStep, RowStep);
            int row = Top + first + i;
            if ((uint)row >= (uint)Rows)
            {
                target.Clear();
                continue;
            }

            target[..before].Clear();
            new ReadOnlySpan<T>(image + ((nint)row * Columns + from) * Channels, inside).CopyTo(target[before..]);
            target[(before + inside)..].Clear();
        }

        return scratch;
    }
}
