using System.Buffers;
using System.Globalization;
using System.Text;

namespace ModelSessions.Files;

/// <summary>Numbers in the text form of messages: read as Python's <c>int(text, 0)</c> and <c>float(text)</c> read them, written as its <c>str</c> does.</summary>
internal static class TextNumbers
{
    private static readonly Int128 s_tooLarge = (Int128)1 << 100;

    /// <summary>Reads a whole number: decimal, 0x, 0o, 0b, and, if asked, C's octal with a leading zero.</summary>
    /// <param name="token">The token.</param>
    /// <param name="octal">Whether digits after a leading zero are octal; else they are refused, as for enums.</param>
    /// <param name="value">The number; numbers beyond 64 bits all have one value beyond 64 bits.</param>
    /// <returns>False if it is none.</returns>
    public static bool TryInteger(ReadOnlySpan<byte> token, bool octal, out Int128 value)
    {
        value = 0;
        if (IsForeignDigit(token, out int digit))
        {
            value = digit;
            return true;
        }

        bool negative = !token.IsEmpty && token[0] == (byte)'-';
        ReadOnlySpan<byte> digits = negative || (!token.IsEmpty && token[0] == (byte)'+') ? token[1..] : token;
        bool signed = digits.Length < token.Length;
        if (octal && (negative || !signed) && digits.Length > 1 && digits[0] == (byte)'0' && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
        {
            return Digits(digits[1..], 8, negative, out value);
        }

        int numberBase = digits.Length > 2 && digits[0] == (byte)'0' ? (digits[1] | 0x20) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 } : 10;
        if (numberBase != 10)
        {
            // One underscore may stand between base and digits.
            digits = digits[2] == (byte)'_' ? digits[3..] : digits[2..];
            return Digits(digits, numberBase, negative, out value);
        }

        // A leading zero is for zeros only: 0, 00, 0_0.
        return Digits(digits, 10, negative, out value) && (digits[0] != (byte)'0' || value == 0);
    }

    /// <summary>Reads a float; beyond the range of a double it is infinite.</summary>
    /// <returns>False if it is none.</returns>
    public static bool TryFloat(ReadOnlySpan<byte> token, out double value)
    {
        if (IsForeignDigit(token, out int digit))
        {
            value = digit;
            return true;
        }

        return TryPlainFloat(token, out value) || TryWord(token, out value) || TryPlainFloat(token.TrimEnd((byte)'f'), out value);
    }

    /// <summary>A double as Python prints it.</summary>
    public static string Print(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        // .NET's shortest digits that give the same double, laid out as Python does: an exponent from 1e16 on and below 1e-4.
        (string digits, int exponent) = Split(Math.Abs(value).ToString("R", CultureInfo.InvariantCulture));
        string sign = double.IsNegative(value) ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            string fraction = digits.Length > 1 ? $".{digits[1..]}" : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }

        return digits.Length > exponent + 1
            ? $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}"
            : $"{sign}{digits.PadRight(exponent + 1, '0')}.0";
    }

    /// <summary>A float as Python prints it: with the fewest digits, but at least 6, that give the same float.</summary>
    public static string Print(float value)
    {
        if (!float.IsFinite(value))
        {
            return Print((double)value);
        }

        double rounded = value;
        for (int fraction = 5; fraction <= 8; fraction++)
        {
            rounded = double.Parse(((double)value).ToString($"E{fraction}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if ((float)rounded == value)
            {
                break;
            }
        }

        return Print(rounded);
    }

    // The digits from the first to the last that is not zero, and the power of ten of the first.
    private static (string Digits, int Exponent) Split(string number)
    {
        int e = number.IndexOf('E', StringComparison.Ordinal);
        string mantissa = e < 0 ? number : number[..e];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string all = mantissa.Replace(".", "", StringComparison.Ordinal);
        string digits = all.TrimStart('0');
        int exponent = (point < 0 ? mantissa.Length : point) - 1 - (all.Length - digits.Length)
            + (e < 0 ? 0 : int.Parse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        return digits.Length == 0 ? ("0", 0) : (digits.TrimEnd('0'), exponent);
    }

    private static bool Digits(ReadOnlySpan<byte> digits, int numberBase, bool negative, out Int128 value)
    {
        value = 0;
        bool afterDigit = false;
        foreach (byte next in digits)
        {
            if (next == (byte)'_' && afterDigit)
            {
                afterDigit = false;
                continue;
            }

            int digit = char.IsAsciiHexDigit((char)next) ? Convert.ToInt32(((char)next).ToString(), 16) : 16;
            if (digit >= numberBase)
            {
                return false;
            }

            value = value > s_tooLarge ? value : (value * numberBase) + digit;
            afterDigit = true;
        }

        value = negative ? -value : value;
        return afterDigit;
    }

    // Digits of other scripts stand alone, since only ASCII makes longer numbers.
    private static bool IsForeignDigit(ReadOnlySpan<byte> token, out int digit)
    {
        digit = -1;
        if (token.Length is < 2 or > 4 || token[0] < 0x80 || Rune.DecodeFromUtf8(token, out Rune letter, out int length) != OperationStatus.Done || length != token.Length)
        {
            return false;
        }

        digit = Rune.GetUnicodeCategory(letter) == UnicodeCategory.DecimalDigitNumber ? (int)Rune.GetNumericValue(letter) : -1;
        return digit >= 0;
    }

    // Python's grammar; underscores may stand between digits.
    private static bool TryPlainFloat(ReadOnlySpan<byte> token, out double value)
    {
        value = 0;
        ReadOnlySpan<byte> number = !token.IsEmpty && token[0] is (byte)'+' or (byte)'-' ? token[1..] : token;
        if (IsWord(number, "inf") || IsWord(number, "infinity") || IsWord(number, "nan"))
        {
            value = Special(number, negative: token[0] == (byte)'-');
            return true;
        }

        Span<byte> clean = token.Length <= 256 ? stackalloc byte[token.Length] : new byte[token.Length];
        int count = 0;
        for (int i = 0; i < token.Length; i++)
        {
            if (token[i] != (byte)'_')
            {
                clean[count++] = token[i];
            }
            else if (i == 0 || i + 1 == token.Length || !char.IsAsciiDigit((char)token[i - 1]) || !char.IsAsciiDigit((char)token[i + 1]))
            {
                return false;
            }
        }

        return count > 0 && double.TryParse(clean[..count], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
    }

    // -?inf(inity)?f? and nanf?, in any case: what C++ prints and Python's float does not read.
    private static bool TryWord(ReadOnlySpan<byte> token, out double value)
    {
        bool negative = !token.IsEmpty && token[0] == (byte)'-';
        ReadOnlySpan<byte> word = negative ? token[1..] : token;
        value = Special(word, negative);
        return IsWord(word, "inff") || IsWord(word, "infinityf") || (!negative && IsWord(word, "nanf"));
    }

    private static bool IsWord(ReadOnlySpan<byte> token, string word) => Ascii.EqualsIgnoreCase(token, word);

    // NaN as Python has it: positive unless a sign says otherwise, while .NET's own is negative.
    private static double Special(ReadOnlySpan<byte> word, bool negative)
    {
        const long positiveNaN = 0x7FF8_0000_0000_0000;
        double value = !word.IsEmpty && (word[0] | 0x20) == 'n' ? BitConverter.Int64BitsToDouble(positiveNaN) : double.PositiveInfinity;
        return negative ? -value : value;
    }
}
