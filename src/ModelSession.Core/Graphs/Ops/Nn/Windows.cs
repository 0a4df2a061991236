namespace ModelSessions.Graphs.Ops;

/// <summary>Sizes of what windows that slide over images leave.</summary>
internal static class Windows
{
    /// <summary>Steps of a window along one dimension; −1 if a size is unknown.</summary>
    /// <param name="c">For errors.</param>
    /// <param name="input">The image's size.</param>
    /// <param name="window">The window's size.</param>
    /// <param name="dilation">The distance of the window's points.</param>
    /// <param name="stride">The step.</param>
    /// <param name="padding">SAME, VALID or EXPLICIT.</param>
    /// <param name="before">Explicit padding in front.</param>
    /// <param name="after">Explicit padding behind.</param>
    /// <param name="lenient">Whether a window may be larger than the image, as TensorFlow's patches and dilations have it: there is none then,
    /// unless it is larger by two steps.</param>
    public static long Steps(
        ShapeContext c, long input, long window, long dilation, long stride, string padding, long before = 0, long after = 0, bool lenient = false)
    {
        if (stride <= 0)
        {
            throw c.Error($"a stride must be positive, not {stride}.");
        }

        if (padding == "SAME")
        {
            return input < 0 ? -1 : (input + stride - 1) / stride;
        }

        if (input < 0 || window < 0)
        {
            return -1;
        }

        long left = input + before + after - ((window - 1) * dilation + 1);
        return left >= (lenient ? 1 - 2 * stride : 0)
            ? Math.Max(0, (left + stride) / stride)
            : throw c.Error($"a window of size {(window - 1) * dilation + 1} does not fit an image of size {input} (padding {padding}).");
    }

    /// <summary>The places of batch, channels and the spatial dimensions.</summary>
    public static (int Batch, int Channel, int[] Spatial) Layout(string format, int rank)
    {
        bool first = format.StartsWith("NC", StringComparison.Ordinal);
        return (0, first ? 1 : rank - 1, [.. Enumerable.Range(first ? 2 : 1, rank - 2)]);
    }
}
