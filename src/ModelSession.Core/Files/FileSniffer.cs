using System.Buffers;
using System.Text;
using Google.Protobuf;

namespace ModelSessions.Files;

/// <summary>What the beginning of a file says of it.</summary>
internal enum FileContent
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>A GraphDef.</summary>
    Graph,

    /// <summary>A MetaGraphDef.</summary>
    MetaGraph,

    /// <summary>A SavedModel message.</summary>
    SavedModel,
}

/// <summary>Tells the files apart that hold a graph, binary or text, by their first field.</summary>
internal static class FileSniffer
{
    private const int HeadSize = 4096;

    private static readonly SearchValues<byte> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_"u8);

    private static readonly Dictionary<string, FileContent> s_fields = new(StringComparer.Ordinal)
    {
        ["asset_file_def"] = FileContent.MetaGraph,
        ["collection_def"] = FileContent.MetaGraph,
        ["graph_def"] = FileContent.MetaGraph,
        ["library"] = FileContent.Graph,
        ["meta_graphs"] = FileContent.SavedModel,
        ["meta_info_def"] = FileContent.MetaGraph,
        ["node"] = FileContent.Graph,
        ["object_graph_def"] = FileContent.MetaGraph,
        ["saved_model_schema_version"] = FileContent.SavedModel,
        ["saver_def"] = FileContent.MetaGraph,
        ["signature_def"] = FileContent.MetaGraph,
        ["version"] = FileContent.Graph,
        ["versions"] = FileContent.Graph,
    };

    /// <summary>Looks at a file.</summary>
    /// <exception cref="ModelFileException">It cannot be read.</exception>
    public static FileContent Look(string path)
    {
        try
        {
            using FileStream stream = new(Openable.Of(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            byte[] head = new byte[HeadSize];
            ReadOnlySpan<byte> read = head.AsSpan(0, stream.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false));
            return s_fields.TryGetValue(FirstWord(read), out FileContent text) ? text : Binary(read);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(path, error);
        }
    }

    // The name of a text's first field, after comments and spaces; empty if there is none.
    private static string FirstWord(ReadOnlySpan<byte> head)
    {
        int at = 0;
        while (at < head.Length && (head[at] == '#' || char.IsWhiteSpace((char)head[at])))
        {
            int end = head[at] == '#' ? head[at..].IndexOf((byte)'\n') : 1;
            at = end < 0 ? head.Length : at + end;
        }

        ReadOnlySpan<byte> rest = head[at..];
        int length = rest.IndexOfAnyExcept(s_letters);
        return length > 0 && rest[length] is (byte)' ' or (byte)':' or (byte)'{' or (byte)'<' or (byte)'\n' or (byte)'\r' or (byte)'\t' ? Encoding.ASCII.GetString(rest[..length]) : "";
    }

    // The first field of the message, by number and kind. GraphDef: 1 nodes, 2 library, 3 version (number), 4 versions.
    // MetaGraphDef: 1 meta info, 2 graph, 3 saver. SavedModel: 1 schema version (number), 2 meta graphs.
    private static FileContent Binary(ReadOnlySpan<byte> head)
    {
        const byte number1 = 0x08, message1 = 0x0A, message2 = 0x12, number3 = 0x18, message3 = 0x1A, message4 = 0x22;
        return head is [var tag, ..] ? tag switch
        {
            number1 => FileContent.SavedModel,
            message1 => IsNode(head[1..]) ? FileContent.Graph : FileContent.MetaGraph,
            message2 or message3 => FileContent.MetaGraph,
            number3 or message4 => FileContent.Graph,
            _ => FileContent.Other,
        } : FileContent.Other;
    }

    // A node begins with its name and its op, two words; meta info has a list of ops in the second place, or something else.
    private static bool IsNode(ReadOnlySpan<byte> field)
    {
        try
        {
            CodedInputStream input = new(field.ToArray());
            input.ReadLength();
            uint tag = input.ReadTag();
            if (tag == WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited))
            {
                input.SkipLastField();
                tag = input.ReadTag();
            }

            return tag == WireFormat.MakeTag(2, WireFormat.WireType.LengthDelimited)
                && input.ReadString() is { Length: > 0 } op && op.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '>');
        }
        catch (Exception error) when (MessageDamage.Is(error))
        {
            return false;
        }
    }
}
