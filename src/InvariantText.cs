using System.Globalization;
using System.Text;

namespace System.Runtime.CompilerServices;

/// <summary>What <c>$"…"</c> becomes in all projects under <c>src</c>: the compiler takes this type where it would take the runtime's. Numbers have the
/// invariant culture's form: a message or a text for a file says 0.5, 1,000 and -1 on every machine (German has 0,5 and 1.000, Swedish a minus
/// of its own), and what it says can be given back as a parameter. How numbers look to people the views alone decide.</summary>
internal ref struct DefaultInterpolatedStringHandler(int literalLength, int formattedCount)
{
    private readonly StringBuilder _text = new(literalLength + (formattedCount * 8));

    public readonly void AppendLiteral(string value) => _text.Append(value);

    public readonly void AppendFormatted(string? value) => _text.Append(value);

    public readonly void AppendFormatted(scoped ReadOnlySpan<char> value) => _text.Append(value);

    public readonly void AppendFormatted<T>(T value) => AppendFormatted((object?)value, null);

    public readonly void AppendFormatted<T>(T value, string format) => AppendFormatted((object?)value, format);

    // The compiler takes this one for what has no type of its own, too: {(known ? 1 : "unknown")}.
    public readonly void AppendFormatted(object? value, string? format = null) =>
        _text.Append(value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString());

    public readonly string ToStringAndClear() => _text.ToString();
}
