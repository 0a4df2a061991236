using System.Buffers;
using System.IO.Compression;
using System.Text;
using Google.Protobuf;

namespace ModelSessions.Files;

/// <summary>Files that hold one protocol buffers message, binary or as text, plain or in gzip: told by what is in them, not by their name.</summary>
internal static class ProtoFile
{
    private const int HeadSize = 4096;

    // What ArrayBufferWriter can grow to and protocol buffers can read: just below 2 GiB.
    private const int MostBytes = 0x7FFF_FFC7 - (1 << 20);

    /// <summary>Reads a message.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it should be, for errors: "graph (GraphDef)".</param>
    /// <param name="repeats">Whether in text a field that is not repeated may stand again, as where TensorFlow merges (<c>.meta</c>).</param>
    /// <exception cref="ModelFileException">It is not there, damaged, or something else.</exception>
    public static T Read<T>(string path, string kind, bool repeats = false)
        where T : class, IMessage, new() => Read(path, bytes => Parse<T>(bytes, kind, repeats));

    /// <summary>Reads a message from a file that must be binary and plain, as TensorFlow wants files of that name.</summary>
    /// <inheritdoc cref="Read{T}(string, string, bool)"/>
    public static T ReadBinary<T>(string path, string kind)
        where T : class, IMessage, new() => Read(path, bytes => ParseBinary<T>(bytes, kind, null));

    /// <summary>Reads a message from a file's bytes.</summary>
    /// <inheritdoc cref="Read{T}(string, string, bool)"/>
    public static T Parse<T>(byte[] content, string kind, bool repeats = false)
        where T : class, IMessage, new()
    {
        byte[] bytes = content is [0x1F, 0x8B, 0x08, ..] ? Unpack(content) : content;
        return LooksLikeText(bytes.AsSpan(0, Math.Min(bytes.Length, HeadSize))) ? ParseText<T>(bytes, repeats) : ParseBinary(bytes, kind, () => TryOddText<T>(bytes, repeats));
    }

    /// <summary>Writes a message: aside first, then in place, so that the file is the old one or the new one, whole.</summary>
    /// <param name="path">The file; its folder is made if need be.</param>
    /// <param name="message">The message.</param>
    /// <param name="asText">Text, else binary.</param>
    /// <param name="flushToDisk">Whether the file is to survive a loss of power at once.</param>
    /// <param name="cancel">Stops waiting for another writer in the folder.</param>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public static void Write(string path, IMessage message, bool asText, bool flushToDisk = true, CancellationToken cancel = default)
    {
        string whole = Path.GetFullPath(path);
        using SaveTransaction transaction = new(Path.GetDirectoryName(whole) ?? whole, flushToDisk, cancel);
        transaction.Write(whole, stream => Write(stream, message, asText));
        transaction.Place(whole);
        transaction.FlushFolder();
    }

    /// <summary>Writes a message to a stream.</summary>
    public static void Write(Stream stream, IMessage message, bool asText)
    {
        if (!asText)
        {
            message.WriteTo(stream);
            return;
        }

        using StreamWriter text = new(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true);
        TextFormat.Print(message, text);
    }

    private static T Read<T>(string path, Func<byte[], T> parse)
    {
        try
        {
            return parse(ReadAll(path));
        }
        catch (ModelFileException error)
        {
            throw error.In(path);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(path, error);
        }
    }

    private static T ParseText<T>(byte[] text, bool repeats)
        where T : class, IMessage, new()
    {
        if (!repeats)
        {
            return TextFormat.Parse<T>(text);
        }

        T message = new();
        TextFormat.Merge(text, message);
        return message;
    }

    // Protocol buffers' reader keeps the limits: 2 GiB, 100 messages deep.
    private static T ParseBinary<T>(byte[] bytes, string kind, Func<T?>? otherwise)
        where T : class, IMessage, new()
    {
        T message = new();
        try
        {
            message.MergeFrom(bytes);
        }
        catch (Exception error) when (MessageDamage.Is(error))
        {
            return otherwise?.Invoke()
                ?? throw new ModelFileException(StatusCode.DataLoss, null, $"the file is no {kind}, or is damaged; copy it again from where it came from. {error.Message}", innerException: error);
        }

        OpenAttributes open = new();
        int bad = Wire.FindBadText(bytes, message.Descriptor, open);
        if (bad >= 0)
        {
            throw new ModelFileException(StatusCode.DataLoss, null, $"the file is no {kind}, or is damaged: a text in it is not UTF-8, or leads out of the file.", bad);
        }

        open.MarkIn(message);
        return message;
    }

    // Text may hold letters that make it look binary, such as a zero in a comment.
    private static T? TryOddText<T>(byte[] bytes, bool repeats)
        where T : class, IMessage, new()
    {
        try
        {
            T message = ParseText<T>(bytes, repeats);
            return message.CalculateSize() > 0 ? message : null;
        }
        catch (ModelFileException)
        {
            return null;
        }
    }

    private static byte[] ReadAll(string path)
    {
        using FileStream file = new(Openable.Of(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        if (file.Length > MostBytes)
        {
            throw TooLarge();
        }

        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    // Graphs pack to a tenth; what unpacks to much more than a hundredfold is made to use up memory.
    private static byte[] Unpack(byte[] packed)
    {
        const int free = 1 << 26, ratio = 200;
        long most = Math.Clamp((long)ratio * packed.Length, free, MostBytes);
        try
        {
            using GZipStream unpacking = new(new MemoryStream(packed), CompressionMode.Decompress);
            ArrayBufferWriter<byte> all = new(packed.Length);
            while (unpacking.Read(all.GetSpan(HeadSize)) is > 0 and int count)
            {
                all.Advance(count);
                if (all.WrittenCount > most)
                {
                    throw new ModelFileException(StatusCode.ResourceExhausted, null, $"the file unpacks to more than {most:n0} bytes; unpack it, and read that if it is what you want.");
                }
            }

            return all.WrittenSpan.ToArray();
        }
        catch (InvalidDataException error)
        {
            throw new ModelFileException(StatusCode.DataLoss, null, $"the file is gzip, but damaged: {error.Message}", innerException: error);
        }
    }

    private static ModelFileException TooLarge() =>
        new(StatusCode.ResourceExhausted, null, $"the file holds more than {MostBytes:n0} bytes; a message of protocol buffers cannot be larger.");

    /// <summary>Whether a file's first bytes are a text's: letters without control codes, and at the start a field's name and what may follow it.</summary>
    internal static bool LooksLikeText(ReadOnlySpan<byte> head)
    {
        foreach (byte next in head)
        {
            if (next is 0x7F or (< 0x20 and not (>= 0x09 and <= 0x0D)))
            {
                return false;
            }
        }

        // A byte order mark is refused by the text's parser, which can say so.
        if (head.StartsWith(Encoding.UTF8.Preamble))
        {
            return true;
        }

        TextTokenizer tokens = new(head);
        if (!tokens.AtName)
        {
            return tokens.AtEnd && head.Contains((byte)'#');
        }

        tokens.Next();
        return tokens.AtEnd ? head.Length == HeadSize : tokens.Token is [(byte)':' or (byte)'{' or (byte)'<' or (byte)'['];
    }
}
