using System.Buffers;
using System.Text;

namespace ModelSessions.Files;

/// <summary>Cuts the text form of a message into tokens: words, numbers, quoted texts, single letters. The rules are those of Python's text_format.</summary>
internal ref struct TextTokenizer
{
    private static readonly SearchValues<byte> s_wordBytes = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz+-"u8);
    private static readonly SearchValues<byte> s_numberBytes = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz+-."u8);

    private readonly ReadOnlySpan<byte> _text;
    private int _start;
    private int _length;

    /// <summary>Stands at the first token.</summary>
    /// <param name="text">The text, in valid UTF-8.</param>
    public TextTokenizer(ReadOnlySpan<byte> text)
    {
        _text = text;
        Next();
    }

    /// <summary>The current token; empty at the end.</summary>
    public readonly ReadOnlySpan<byte> Token => _text.Slice(_start, _length);

    /// <summary>Where the current token starts, in bytes.</summary>
    public readonly int Position => _start;

    /// <summary>Whether there are no more tokens.</summary>
    public readonly bool AtEnd => _length == 0;

    /// <summary>Whether the current token is a quoted text.</summary>
    public readonly bool AtQuote => _length > 0 && _text[_start] is (byte)'"' or (byte)'\'';

    /// <summary>Whether the current token can be a name: words, and numbers that do not start with a sign or a point.</summary>
    public readonly bool AtName => _length > 0 && (char.IsAsciiLetterOrDigit((char)_text[_start]) || _text[_start] == (byte)'_');

    /// <summary>Goes on if the current token is this letter.</summary>
    public bool TryTake(char letter)
    {
        if (_length != 1 || _text[_start] != letter)
        {
            return false;
        }

        Next();
        return true;
    }

    /// <summary>Goes to the next token.</summary>
    public void Next()
    {
        _start = SkipSpace(_start + _length);
        _length = _start < _text.Length ? Measure(_text[_start..]) : 0;
    }

    /// <summary>Line and column of a position, both from 1; columns count characters, not bytes.</summary>
    public readonly (int Line, int Column) Place(int position)
    {
        ReadOnlySpan<byte> before = _text[..position];
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        int column = 1;
        foreach (byte next in before[lineStart..])
        {
            column += (next & 0xC0) == 0x80 ? 0 : 1;
        }

        return (before.Count((byte)'\n') + 1, column);
    }

    private readonly int SkipSpace(int at)
    {
        while (at < _text.Length)
        {
            byte next = _text[at];
            if (next == (byte)'#')
            {
                int end = _text[at..].IndexOf((byte)'\n');
                at = end < 0 ? _text.Length : at + end;
            }
            else if (next is (byte)' ' or (>= 0x09 and <= 0x0D) or (>= 0x1C and <= 0x1F))
            {
                at++;
            }
            else if (next >= 0x80 && Rune.DecodeFromUtf8(_text[at..], out Rune letter, out int length) == OperationStatus.Done && Rune.IsWhiteSpace(letter))
            {
                at += length;
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private static int Measure(ReadOnlySpan<byte> text)
    {
        byte first = text[0];
        if (char.IsAsciiLetter((char)first) || first == (byte)'_')
        {
            return Run(text, s_wordBytes);
        }

        if (char.IsAsciiDigit((char)first) || first is (byte)'+' or (byte)'-' || (first == (byte)'.' && text.Length > 1 && char.IsAsciiDigit((char)text[1])))
        {
            return Run(text, s_numberBytes);
        }

        if (first is (byte)'"' or (byte)'\'')
        {
            return Quoted(text);
        }

        return Rune.DecodeFromUtf8(text, out _, out int length) == OperationStatus.Done ? length : 1;
    }

    private static int Run(ReadOnlySpan<byte> text, SearchValues<byte> letters)
    {
        int end = text.IndexOfAnyExcept(letters);
        return end < 0 ? text.Length : end;
    }

    // Up to the closing quote, or to the end of the line if there is none.
    private static int Quoted(ReadOnlySpan<byte> text)
    {
        for (int at = 1; at < text.Length; at++)
        {
            if (text[at] == text[0])
            {
                return at + 1;
            }

            if (text[at] == (byte)'\\' && at + 1 < text.Length && text[at + 1] != (byte)'\n')
            {
                at++;
            }
            else if (text[at] == (byte)'\n')
            {
                return at;
            }
        }

        return text.Length;
    }
}
