namespace ModelSessions.Files;

/// <summary>A picture in memory: rows from the top, pixels from the left, the channels of a pixel side by side.</summary>
/// <param name="Height">The number of rows.</param>
/// <param name="Width">The number of pixels in a row.</param>
/// <param name="Channels">1 grey, 2 grey and alpha, 3 red, green, blue, 4 with alpha.</param>
/// <param name="Values">Height × Width × Channels numbers of 8 or 16 bits.</param>
internal sealed record Pixels<T>(int Height, int Width, int Channels, T[] Values)
    where T : unmanaged
{
    /// <summary>One row.</summary>
    public Span<T> Row(int y) => Values.AsSpan(y * Width * Channels, Width * Channels);
}
