namespace ModelSessions.Cpu.Numerics;

/// <summary>The constants of Winograd's (Toom and Cook's) way to convolve: a tile of 6 inputs gives m outputs of a filter of r = 7 − m taps
/// by 6 products instead of m · r, evaluating polynomials at 6 points. Of the points tried, these lose least: in 32 bits the
/// error is about one and a half times that of summing directly (three times for the gradient of the filter).
/// See A. Lavin and S. Gray, Fast Algorithms for Convolutional Neural Networks, 2015.</summary>
internal static class WinogradPoints
{
    /// <summary>The points, and inputs of a tile in each dimension.</summary>
    public const int Count = 6;

    /// <summary>The points of a tile.</summary>
    public const int Square = Count * Count;

    // The points are 0, ±A, ±B and infinity. All constants but the reciprocals are exact.
    public const double A = 0.75;
    public const double B = 1.5;

    /// <summary>The coefficient of a tap in the value of the filter's polynomial at a point.</summary>
    /// <param name="point">The point: 0, A, −A, B, −B, infinity.</param>
    /// <param name="tap">The tap.</param>
    /// <param name="taps">The number of taps.</param>
    public static double Filter(int point, int tap, int taps)
    {
        double x = point switch { 1 => A, 2 => -A, 3 => B, 4 => -B, _ => 0 };
        return point switch
        {
            0 => tap == 0 ? 1 / (A * A * B * B) : 0,
            5 => tap == taps - 1 ? 1 : 0,
            1 or 2 => Math.Pow(x, tap) / (2 * A * A * (A * A - B * B)),
            _ => Math.Pow(x, tap) / (2 * B * B * (B * B - A * A)),
        };
    }
}
