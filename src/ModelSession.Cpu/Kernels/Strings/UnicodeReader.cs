using System.Buffers.Binary;
using System.Text;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Characters of byte strings in a node's input encoding, with what it says of faulty ones.</summary>
internal sealed class UnicodeReader
{
    private readonly string _encoding;
    private readonly string _errors;
    private readonly int _replacement;
    private readonly bool _replacesControls;

    public UnicodeReader(GraphOperation node)
    {
        _encoding = node.String("input_encoding").ToUpperInvariant().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        if (_encoding is not ("UTF8" or "USASCII" or "ASCII" or "ISO88591" or "LATIN1" or "UTF16BE" or "UTF16LE" or "UTF32BE"))
        {
            throw new UnsupportedFeatureException(
                $"Node '{node.Name}': strings of the encoding {node.String("input_encoding")} are not decoded.", $"{node.Type} ({node.String("input_encoding")})");
        }

        (_errors, _replacement, _replacesControls) = (node.String("errors"), (int)node.Int("replacement_char"), node.Bool("replace_control_characters"));
    }

    /// <summary>Adds the characters of a text, and at which byte each begins.</summary>
    /// <exception cref="EngineException">The text is faulty and the node says that this is an error.</exception>
    public void Read(ReadOnlySpan<byte> text, List<int> characters, List<long> starts)
    {
        for (int at = 0; at < text.Length;)
        {
            int start = at;
            int character = Next(text, ref at);
            if (character < 0 && _errors == "strict")
            {
                throw Failure.Invalid($"Invalid formatting on input string: byte {start} begins no character in {_encoding}.");
            }

            bool bad = character < 0 || (_replacesControls && character < ' ');
            if (!bad || _errors != "ignore")
            {
                characters.Add(bad ? _replacement : character);
                starts.Add(start);
            }
        }
    }

    // −1 where there is none.
    private int Next(ReadOnlySpan<byte> text, ref int at)
    {
        ReadOnlySpan<byte> rest = text[at..];
        switch (_encoding)
        {
            case "UTF8":
                bool valid = Rune.DecodeFromUtf8(rest, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
                at += length;
                return valid ? rune.Value : -1;
            case "UTF16BE" or "UTF16LE":
                return Utf16(rest, ref at);
            case "UTF32BE":
                at += System.Math.Min(rest.Length, 4);
                return rest.Length >= 4 && Rune.IsValid(BinaryPrimitives.ReadInt32BigEndian(rest)) ? BinaryPrimitives.ReadInt32BigEndian(rest) : -1;
            default:
                at++;
                return rest[0] < 128 || _encoding is "ISO88591" or "LATIN1" ? rest[0] : -1;
        }
    }

    private int Utf16(ReadOnlySpan<byte> rest, ref int at)
    {
        at += System.Math.Min(rest.Length, 2);
        if (rest.Length < 2)
        {
            return -1;
        }

        char first = Unit(rest);
        if (!char.IsSurrogate(first))
        {
            return first;
        }

        if (!char.IsHighSurrogate(first) || rest.Length < 4 || !char.IsLowSurrogate(Unit(rest[2..])))
        {
            return -1;
        }

        at += 2;
        return char.ConvertToUtf32(first, Unit(rest[2..]));
    }

    private char Unit(ReadOnlySpan<byte> bytes) =>
        (char)(_encoding == "UTF16BE" ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes));
}
