using System.Globalization;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Numbers as C's printf writes them.</summary>
internal static class NumberText
{
    /// <summary><c>%.{digits}f</c></summary>
    public static string Fixed(double value, int digits) => Special(value) ?? value.ToString("F" + Text(digits), CultureInfo.InvariantCulture);

    /// <summary><c>%.{digits}e</c></summary>
    public static string Scientific(double value, int digits)
    {
        if (Special(value) is { } special)
        {
            return special;
        }

        // .NET writes three digits of the exponent at least, C two.
        string text = value.ToString("e" + Text(digits), CultureInfo.InvariantCulture);
        int at = text.IndexOf('e', StringComparison.Ordinal) + 2;
        return text[at] == '0' ? text.Remove(at, 1) : text;
    }

    /// <summary><c>%.{digits}g</c></summary>
    public static string General(double value, int digits)
    {
        digits = System.Math.Max(digits, 1);
        string scientific = Scientific(value, digits - 1);
        int at = scientific.IndexOf('e', StringComparison.Ordinal);
        if (at < 0)
        {
            return scientific;
        }

        int exponent = int.Parse(scientific[(at + 1)..], CultureInfo.InvariantCulture);
        return exponent < -4 || exponent >= digits
            ? Trim(scientific[..at]) + scientific[at..]
            : Trim(Fixed(value, digits - 1 - exponent));
    }

    private static string Trim(string digits) => digits.Contains('.', StringComparison.Ordinal) ? digits.TrimEnd('0').TrimEnd('.') : digits;

    private static string Text(int digits) => digits.ToString(CultureInfo.InvariantCulture);

    private static string? Special(double value) => double.IsFinite(value) ? null : double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}
