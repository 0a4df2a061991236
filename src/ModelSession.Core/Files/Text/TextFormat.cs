using System.Text;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ModelSessions.Files;

/// <summary>The text form of protocol buffers (<c>.pbtxt</c>, state files), read and written as TensorFlow's Python does: the same texts
/// are taken, the same are refused, and what is printed is the same byte for byte.</summary>
public static class TextFormat
{
    /// <summary>Reads a message. A field that is not repeated may stand once.</summary>
    /// <param name="text">The text, in UTF-8.</param>
    /// <exception cref="ModelFileException">The text is no such message: what was found, what expected, line and column.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> text)
        where T : IMessage, new()
    {
        T message = new();
        Read(text, message, repeats: false);
        return message;
    }

    /// <inheritdoc cref="Parse{T}(ReadOnlySpan{byte})"/>
    public static T Parse<T>(string text)
        where T : IMessage, new() => Parse<T>(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads a message of a type that is known by its descriptor.</summary>
    /// <inheritdoc cref="Parse{T}(ReadOnlySpan{byte})"/>
    public static IMessage Parse(ReadOnlySpan<byte> text, MessageDescriptor type)
    {
        ArgumentNullException.ThrowIfNull(type);
        IMessage message = type.Parser.ParseFrom(ByteString.Empty);
        Read(text, message, repeats: false);
        return message;
    }

    /// <summary>Reads a text into a message that may have values. A field that is not repeated may stand again: the last counts, messages are merged.</summary>
    /// <param name="text">The text, in UTF-8.</param>
    /// <param name="message">Takes the fields; after an error it has those before the fault.</param>
    /// <exception cref="ModelFileException">The text is no such message: what was found, what expected, line and column.</exception>
    public static void Merge(ReadOnlySpan<byte> text, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Read(text, message, repeats: true);
    }

    /// <summary>The text of a message: ASCII, a field a line, maps sorted by key; unknown fields are left out.</summary>
    public static string Print(IMessage message)
    {
        using StringWriter text = new() { NewLine = "\n" };
        Print(message, text);
        return text.ToString();
    }

    /// <summary>Writes the text of a message, as <see cref="Print(IMessage)"/> makes it.</summary>
    public static void Print(IMessage message, TextWriter text)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(text);
        new TextPrinter(text).Print(message);
    }

    private static void Read(ReadOnlySpan<byte> text, IMessage message, bool repeats)
    {
        if (!Utf8.IsValid(text))
        {
            int valid = FirstInvalid(text);
            throw ModelFileException.At(valid, "text in UTF-8", $"the byte 0x{text[valid]:x2}");
        }

        new TextParser(text, repeats).ReadInto(message);
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
