using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ModelSessions.Files;

/// <summary>Single values in the text form of messages.</summary>
internal static class TextValues
{
    /// <summary>Reads a number, bool or enum.</summary>
    /// <param name="field">Says the type.</param>
    /// <param name="token">The token.</param>
    /// <param name="value">The value, as reflection takes it.</param>
    /// <returns>What was expected instead; null if it is read.</returns>
    public static string? Read(FieldDescriptor field, ReadOnlySpan<byte> token, out object value)
    {
        switch (field.FieldType)
        {
            case FieldType.Double:
                return Float(token, number => number, out value);
            case FieldType.Float:
                return Float(token, number => (float)number, out value);
            case FieldType.Bool:
                return Bool(token, out value);
            case FieldType.Enum:
                return Enumeration(field.EnumType, token, out value);
            case FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64:
                return Integer(token, long.MinValue, long.MaxValue, number => (long)number, out value);
            case FieldType.UInt64 or FieldType.Fixed64:
                return Integer(token, ulong.MinValue, ulong.MaxValue, number => (ulong)number, out value);
            case FieldType.UInt32 or FieldType.Fixed32:
                return Integer(token, uint.MinValue, uint.MaxValue, number => (uint)number, out value);
            default:
                return Integer(token, int.MinValue, int.MaxValue, number => (int)number, out value);
        }
    }

    /// <summary>Reads one quoted text, or several that stand side by side and are one.</summary>
    /// <param name="tokens">Stands at the first; afterwards behind the last.</param>
    /// <param name="field">Says whether it is text, which must be UTF-8, or bytes.</param>
    /// <param name="value">The value.</param>
    /// <returns>What is wrong at the current token; null if it is read.</returns>
    public static string? ReadQuoted(ref TextTokenizer tokens, FieldDescriptor field, out object value)
    {
        ArrayBufferWriter<byte> bytes = new();
        value = "";
        do
        {
            ReadOnlySpan<byte> token = tokens.Token;
            if (!tokens.AtQuote)
            {
                return "expected a quoted text";
            }

            if (token.Length < 2 || token[^1] != token[0])
            {
                return "a quoted text is not closed on its line";
            }

            if (TextEscapes.Unescape(token[1..^1], bytes) is { } fault)
            {
                return $"a quoted text has {fault}";
            }

            tokens.Next();
        }
        while (tokens.AtQuote);

        if (field.FieldType == FieldType.Bytes)
        {
            value = ByteString.CopyFrom(bytes.WrittenSpan);
            return null;
        }

        if (!Utf8.IsValid(bytes.WrittenSpan))
        {
            return $"the text of '{field.Name}' is not UTF-8";
        }

        value = Encoding.UTF8.GetString(bytes.WrittenSpan);
        return null;
    }

    private static string? Float(ReadOnlySpan<byte> token, Func<double, object> box, out object value)
    {
        bool read = TextNumbers.TryFloat(token, out double number);
        value = box(number);
        return read ? null : "a number";
    }

    private static string? Bool(ReadOnlySpan<byte> token, out object value)
    {
        bool on = token.SequenceEqual("true"u8) || token.SequenceEqual("t"u8) || token.SequenceEqual("1"u8) || token.SequenceEqual("True"u8);
        value = on;
        bool read = on || token.SequenceEqual("false"u8) || token.SequenceEqual("f"u8) || token.SequenceEqual("0"u8) || token.SequenceEqual("False"u8);
        return read ? null : "'true' or 'false'";
    }

    private static string? Integer(ReadOnlySpan<byte> token, Int128 least, Int128 most, Func<Int128, object> box, out object value)
    {
        bool read = TextNumbers.TryInteger(token, octal: true, out Int128 number) && number >= least && number <= most;
        value = read ? box(number) : 0;
        return read ? null : $"a whole number from {least} to {most}";
    }

    // Enums of proto3 are open: any number is taken.
    private static string? Enumeration(EnumDescriptor type, ReadOnlySpan<byte> token, out object value)
    {
        if (TextNumbers.TryInteger(token, octal: false, out Int128 number))
        {
            bool fits = number >= int.MinValue && number <= int.MaxValue;
            value = fits ? (int)number : 0;
            return fits ? null : $"a number of 32 bits for enum '{type.FullName}'";
        }

        EnumValueDescriptor? named = type.FindValueByName(Encoding.UTF8.GetString(token));
        value = named?.Number ?? 0;
        return named is not null ? null : $"a value of enum '{type.FullName}'";
    }
}
