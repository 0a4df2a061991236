using System.Text;
using System.Text.Json;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>The small JSON beside a graph's file: what a MetaGraph keeps of a session in its collections, and a GraphDef has no place for.</summary>
internal static class GraphRecordFile
{
    private const string Suffix = ".json";
    private const int LargestFile = 1 << 26;

    /// <summary>The file that belongs to a graph's file: <c>model.pb.json</c>.</summary>
    public static string PathFor(string graph) => graph + Suffix;

    /// <summary>What is known of a graph; null if there is no such file.</summary>
    /// <exception cref="ModelFileException">The file is damaged.</exception>
    public static SessionRecord? Read(string graph)
    {
        string path = PathFor(graph);
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            if (new FileInfo(path).Length > LargestFile)
            {
                throw Damaged(path, null);
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Openable.Of(path)));
            GraphCollections collections = new();
            foreach (string key in SessionRecord.Keys)
            {
                if (document.RootElement.TryGetProperty(Name(key), out JsonElement part) && part.ValueKind == JsonValueKind.Object)
                {
                    collections.AddBytes(key, ByteString.CopyFromUtf8(part.GetRawText()));
                }
            }

            return SessionRecord.Read(collections) ?? throw Damaged(path, null);
        }
        catch (Exception error) when (error is JsonException or GraphException or InvalidOperationException)
        {
            throw Damaged(path, error);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(path, error);
        }
    }

    /// <summary>Writes a graph and what is known of it beside it: both aside first, so that a full disk leaves the old ones. At no instant does
    /// the JSON speak of another graph than the one beside it.</summary>
    /// <exception cref="ModelFileException">They cannot be written.</exception>
    public static void Write(string path, GraphDef graph, bool asText, SessionRecord record, CancellationToken cancel)
    {
        string beside = PathFor(path);
        using SaveTransaction transaction = new(Path.GetDirectoryName(path) ?? path, flushToDisk: true, cancel);
        transaction.Write(path, stream => ProtoFile.Write(stream, graph, asText));
        transaction.Write(beside, stream => Write(stream, record));
        SaveTransaction.Delete(beside);
        transaction.Place(path);
        transaction.Place(beside);
        transaction.FlushFolder();
    }

    private static void Write(Stream stream, SessionRecord record)
    {
        GraphCollections collections = new();
        record.WriteTo(collections);
        using Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        foreach (string key in SessionRecord.Keys.Where(key => collections.Bytes(key).Count > 0))
        {
            writer.WritePropertyName(Name(key));
            using JsonDocument part = JsonDocument.Parse(Encoding.UTF8.GetString(collections.Bytes(key)[0].Span));
            part.RootElement.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static string Name(string key) => key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static ModelFileException Damaged(string path, Exception? cause) => new(
        StatusCode.DataLoss, path, "the file says nothing of the graph beside it, or is damaged. Remove it, and the roles of the graph are guessed.", innerException: cause);
}
