using System.Text;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Byte strings of characters in a node's output encoding, with what it says of faulty ones.</summary>
internal sealed class UnicodeWriter
{
    private readonly string _encoding;
    private readonly string _errors;
    private readonly int _replacement;

    public UnicodeWriter(GraphOperation node) =>
        (_encoding, _errors, _replacement) = (node.String("output_encoding"), node.String("errors"), (int)node.Int("replacement_char"));

    /// <exception cref="EngineException">A number is no character and the node says that this is an error.</exception>
    public byte[] Write(ReadOnlySpan<int> characters)
    {
        List<byte> bytes = new(characters.Length);
        foreach (int character in characters)
        {
            bool valid = Rune.IsValid(character) && character is < 0xFDD0 or > 0xFDEF && (character & 0xFFFE) != 0xFFFE;
            if (!valid && _errors == "strict")
            {
                throw Failure.Invalid($"Code point {character} is out of range for Unicode, or a noncharacter.");
            }

            // TensorFlow ignores only what is beyond all characters: halves of pairs and noncharacters stay.
            if (valid || _errors != "ignore" || character is >= 0 and <= 0x10FFFF)
            {
                Append(bytes, valid || _errors == "ignore" ? character : _replacement);
            }
        }

        return [.. bytes];
    }

    private void Append(List<byte> bytes, int character)
    {
        if (_encoding == "UTF-32-BE")
        {
            bytes.AddRange([(byte)(character >> 24), (byte)(character >> 16), (byte)(character >> 8), (byte)character]);
            return;
        }

        if (_encoding == "UTF-8")
        {
            Rune rune = Rune.IsValid(character) ? new Rune(character) : Rune.ReplacementChar;
            Span<byte> utf8 = stackalloc byte[4];
            bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            return;
        }

        foreach (char unit in character > char.MaxValue ? char.ConvertFromUtf32(character) : ((char)character).ToString())
        {
            bytes.AddRange([(byte)(unit >> 8), (byte)unit]);
        }
    }
}
