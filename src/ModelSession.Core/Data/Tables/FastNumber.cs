using System.Globalization;

namespace ModelSessions.Data;

/// <summary>Numbers as text. Most have few digits and a small exponent: those are one product or quotient of two exact numbers, and so correctly
/// rounded (Clinger); the others are left to .NET.</summary>
internal static class FastNumber
{
    private const int ExactDigits = 15;

    private static readonly double[] s_powers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>The number that a text is as a whole, written as in every country's programs: <c>-1.5e3</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        int at = text is [(byte)'-' or (byte)'+', ..] ? 1 : 0;
        long digits = 0;
        int count = 0, fraction = 0;
        bool point = false;
        for (; at < text.Length; at++)
        {
            byte letter = text[at];
            if (letter - (uint)'0' <= 9)
            {
                digits = digits * 10 + (letter - '0');
                // Zeros in front are no digits that count.
                count += digits != 0 ? 1 : 0;
                fraction += point ? 1 : 0;
                if (count > ExactDigits)
                {
                    return Slowly(text, out value);
                }
            }
            else if (letter == '.' && !point)
            {
                point = true;
            }
            else
            {
                return Slowly(text, out value);
            }
        }

        if (fraction >= s_powers.Length || text.Length == 0 || text[^1] - (uint)'0' > 9)
        {
            return Slowly(text, out value);
        }

        value = digits / s_powers[fraction];
        value = text[0] == '-' ? -value : value;
        return true;
    }

    private static bool Slowly(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
}
