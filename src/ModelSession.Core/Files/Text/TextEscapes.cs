using System.Buffers;
using System.Text;

namespace ModelSessions.Files;

/// <summary>Quoted texts of the text form of messages, with the escapes that Python reads and writes.</summary>
internal static class TextEscapes
{
    // Between the quotes, what needs no escape.
    private static readonly SearchValues<char> s_plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7F - 0x20).Select(code => (char)code).Where(letter => letter is not ('"' or '\'' or '\\'))]);

    /// <summary>Adds the bytes that a quoted text stands for.</summary>
    /// <param name="quoted">What is between the quotes, in UTF-8.</param>
    /// <param name="bytes">Takes the bytes.</param>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static string? Unescape(ReadOnlySpan<byte> quoted, ArrayBufferWriter<byte> bytes)
    {
        while (true)
        {
            int slash = quoted.IndexOf((byte)'\\');
            bytes.Write(slash < 0 ? quoted : quoted[..slash]);
            if (slash < 0)
            {
                return null;
            }

            quoted = quoted[(slash + 1)..];
            if (quoted.IsEmpty)
            {
                return "nothing after the last '\\'";
            }

            string? fault = One(ref quoted, bytes);
            if (fault is not null)
            {
                return fault;
            }
        }
    }

    /// <summary>Writes bytes between quotes: ASCII letters as they are, others as octal escapes.</summary>
    public static void Print(ReadOnlySpan<byte> bytes, TextWriter text)
    {
        Span<char> escape = stackalloc char[4];
        foreach (byte next in bytes)
        {
            if (s_plain.Contains((char)next))
            {
                text.Write((char)next);
                continue;
            }

            char letter = next switch { (byte)'\t' => 't', (byte)'\n' => 'n', (byte)'\r' => 'r', (byte)'"' => '"', (byte)'\'' => '\'', (byte)'\\' => '\\', _ => '\0' };
            escape[0] = '\\';
            escape[1] = letter != '\0' ? letter : (char)('0' + (next >> 6));
            escape[2] = (char)('0' + ((next >> 3) & 7));
            escape[3] = (char)('0' + (next & 7));
            text.Write(escape[..(letter != '\0' ? 2 : 4)]);
        }
    }

    // After the backslash. An escape of Python's that is none keeps its backslash.
    private static string? One(ref ReadOnlySpan<byte> rest, ArrayBufferWriter<byte> bytes)
    {
        byte kind = rest[0];
        int simple = "abfnrtv\\'\""u8.IndexOf(kind);
        if (simple >= 0)
        {
            bytes.Write("\a\b\f\n\r\t\v\\'\""u8.Slice(simple, 1));
            rest = rest[1..];
            return null;
        }

        switch (kind)
        {
            case >= (byte)'0' and <= (byte)'7':
                AddCharacter(Number(ref rest, 8, 3), bytes);
                return null;
            case (byte)'x':
                rest = rest[1..];
                int value = Number(ref rest, 16, 2);
                AddCharacter(value, bytes);
                return value >= 0 ? null : "no hexadecimal digit after '\\x'";
            case (byte)'u' or (byte)'U':
                int count = kind == (byte)'u' ? 4 : 8;
                rest = rest[1..];
                int before = rest.Length;
                int code = Number(ref rest, 16, count);
                AddCharacter(code, bytes);
                return before - rest.Length == count && code is >= 0 and <= 0x10FFFF ? null : $"no character's {count} hexadecimal digits after '\\{(char)kind}'";
            case (byte)'N':
                return "a character by name ('\\N'), which is not supported";
            default:
                bytes.Write("\\"u8);
                return null;
        }
    }

    private static int Number(ref ReadOnlySpan<byte> rest, int numberBase, int most)
    {
        int length = 0;
        while (length < most && length < rest.Length && (numberBase == 16 ? char.IsAsciiHexDigit((char)rest[length]) : rest[length] is >= (byte)'0' and <= (byte)'7'))
        {
            length++;
        }

        int value = length == 0 ? -1 : (int)Math.Min(int.MaxValue, Convert.ToInt64(Encoding.ASCII.GetString(rest[..length]), numberBase));
        rest = rest[length..];
        return value;
    }

    // Up to 255 a byte; beyond, Python's parser leaves the escape itself, in its own spelling.
    private static void AddCharacter(int code, ArrayBufferWriter<byte> bytes)
    {
        if (code is >= 0 and <= 0xFF)
        {
            bytes.Write([(byte)code]);
        }
        else if (code > 0xFF)
        {
            bytes.Write(Encoding.ASCII.GetBytes(code <= 0xFFFF ? $"\\u{code:x4}" : $"\\U{code:x8}"));
        }
    }
}
