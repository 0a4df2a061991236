using System.Buffers;
using System.IO.Compression;
using System.Text;
using Google.Protobuf;

namespace ModelSessions.Files;

/// <summary>Files that hold one protocol buffers message, binary or as text, plain or in gzip: told by what is in them, not by their name.</summary>
internal static class ProtoFile
{
    private const int HeadSize = 4096;
    private const int MostText = 1 << 30;

    /// <summary>Reads a message.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it should be, for errors: "graph (GraphDef)".</param>
    /// <param name="repeats">Whether in text a field that is not repeated may stand again, as where TensorFlow merges (<c>.meta</c>).</param>
    /// <exception cref="ModelFileException">It is not there, damaged, or something else.</exception>
    public static T Read<T>(string path, string kind, bool repeats = false)
        where T : class, IMessage, new()
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Read<T>(file, kind, repeats);
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

    /// <summary>Reads a message from a stream that can seek.</summary>
    /// <inheritdoc cref="Read{T}(string, string, bool)"/>
    public static T Read<T>(Stream file, string kind, bool repeats = false)
        where T : class, IMessage, new()
    {
        Content content = new(file);
        try
        {
            byte[] head = content.Head();
            return LooksLikeText(head) ? ReadText<T>(content, repeats) : ReadBinary<T>(content, kind, repeats);
        }
        catch (InvalidDataException error)
        {
            throw new ModelFileException(StatusCode.DataLoss, null, $"the file is gzip, but damaged: {error.Message}", innerException: error);
        }
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

    private static T ReadText<T>(Content content, bool repeats)
        where T : class, IMessage, new()
    {
        byte[] text = content.All();
        if (!repeats)
        {
            return TextFormat.Parse<T>(text);
        }

        T message = new();
        TextFormat.Merge(text, message);
        return message;
    }

    private static T ReadBinary<T>(Content content, string kind, bool repeats)
        where T : class, IMessage, new()
    {
        try
        {
            // At most 2 GiB, messages at most 100 deep in one another: the limits of protocol buffers, kept by its reader.
            return content.Use(stream =>
            {
                T message = new();
                message.MergeFrom(stream);
                return message;
            });
        }
        catch (InvalidProtocolBufferException error)
        {
            return TryOddText<T>(content, repeats)
                ?? throw new ModelFileException(StatusCode.DataLoss, null, $"the file is no {kind}, or is damaged: {error.Message}", innerException: error);
        }
    }

    // Text may hold letters that make it look binary, such as a zero in a comment.
    private static T? TryOddText<T>(Content content, bool repeats)
        where T : class, IMessage, new()
    {
        try
        {
            T message = ReadText<T>(content, repeats);
            return message.CalculateSize() > 0 ? message : null;
        }
        catch (ModelFileException)
        {
            return null;
        }
    }

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

    /// <summary>A file's content, unpacked if it is gzip.</summary>
    private sealed class Content(Stream file)
    {
        private readonly bool _zipped = IsGzip(file);

        /// <summary>Gives the content from its start.</summary>
        public TResult Use<TResult>(Func<Stream, TResult> read)
        {
            file.Position = 0;
            if (!_zipped)
            {
                return read(file);
            }

            using GZipStream unpacked = new(file, CompressionMode.Decompress, leaveOpen: true);
            return read(unpacked);
        }

        public byte[] Head() => Use(stream =>
        {
            byte[] head = new byte[HeadSize];
            return head[..stream.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false)];
        });

        // What is read is bounded, whatever a packed file unpacks to.
        public byte[] All() => Use(stream =>
        {
            ArrayBufferWriter<byte> all = new((int)Math.Clamp(file.Length, HeadSize, MostText));
            while (stream.Read(all.GetSpan(1)) is > 0 and int count)
            {
                all.Advance(count);
                if (all.WrittenCount > MostText)
                {
                    throw new ModelFileException(StatusCode.ResourceExhausted, null, $"the file holds more than {MostText:n0} bytes of text. Save it in binary form.");
                }
            }

            return all.WrittenSpan.ToArray();
        });

        private static bool IsGzip(Stream file)
        {
            Span<byte> magic = stackalloc byte[3];
            file.Position = 0;
            return file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic is [0x1F, 0x8B, 0x08];
        }
    }
}
