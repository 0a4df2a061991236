using System.Globalization;
using System.Text;

namespace System.Runtime.CompilerServices;

/// <summary>What <c>$"…"</c> becomes in all projects under <c>src</c>: the compiler takes this type where it would take the runtime's. Numbers have the
/// invariant culture's form: a message or a text for a file says 0.5, 1,000 and -1 on every machine (German has 0,5 and 1.000, Swedish a minus
/// of its own), and what it says can be given back as a parameter. How numbers look to people the views alone decide.</summary>
internal ref struct DefaultInterpolatedStringHandler
{
    // Steps of a training make texts, too: they take no memory but their own.
    [ThreadStatic]
    private static StringBuilder? s_free;

    private readonly StringBuilder _text;
    private StringBuilder.AppendInterpolatedStringHandler _parts;

    public DefaultInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        // A text within a text has another one.
        _text = s_free ?? new StringBuilder(256);
        s_free = null;
        _parts = new(literalLength, formattedCount, _text, CultureInfo.InvariantCulture);
    }

    public void AppendLiteral(string value) => _parts.AppendLiteral(value);

    public void AppendFormatted(string? value) => _parts.AppendFormatted(value);

    public void AppendFormatted(scoped ReadOnlySpan<char> value) => _parts.AppendFormatted(value);

    public void AppendFormatted<T>(T value) => _parts.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _parts.AppendFormatted(value, format);

    // The compiler takes this one for what has no type of its own: {(known ? 1 : "unknown")}.
    public void AppendFormatted(object? value, string? format = null) => _parts.AppendFormatted(value, 0, format);

    public readonly string ToStringAndClear()
    {
        string text = _text.ToString();
        s_free = _text.Capacity <= 4096 ? _text.Clear() : null;
        return text;
    }
}
