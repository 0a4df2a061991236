using System.Text;
using ModelSessions.Files;

namespace ModelSessions;

/// <summary>A node as it stands in a file: what is soon known of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The op kind.</param>
public readonly record struct GraphNode(string Name, string Type)
{
    /// <summary>The nodes of the graph in a file, of which nothing else is looked at: much faster than an import.</summary>
    /// <param name="path">What <see cref="ModelSource.Of"/> takes.</param>
    /// <exception cref="ModelFileException">It is not there, or damaged.</exception>
    public static IReadOnlyList<GraphNode> Read(string path)
    {
        ModelSource source = ModelSource.Of(path);
        return source.Kind != ModelSourceKind.SavedModel && Walk(FileOf(path), isGraph: source.Kind == ModelSourceKind.Graph) is { Count: > 0 } nodes
            ? nodes
            : [.. StoredGraph.Read(path).Node.Select(node => new GraphNode(node.Name, node.Op))];
    }

    /// <summary>The file that holds the graph of what <see cref="ModelSource.Of"/> takes: of a checkpoint its <c>.meta</c> file.</summary>
    /// <exception cref="ModelFileException">There is none.</exception>
    public static string FileOf(string path)
    {
        ModelSource source = ModelSource.Of(path);
        return source.Kind == ModelSourceKind.Checkpoint ? MetaGraphFile.PathFor(CheckpointFolder.Resolve(source.Path, withGraph: true)) : source.Path;
    }

    // Null for text, for what is packed, and for what is damaged: other readers tell.
    private static List<GraphNode>? Walk(string file, bool isGraph)
    {
        byte[] bytes = FileAccessErrors.Guard(file, () => File.ReadAllBytes(Files.Openable.Of(file)));
        List<GraphNode> nodes = [];
        try
        {
            ProtoReader reader = new(bytes, 0);
            if (isGraph)
            {
                AddNodes(reader, nodes);
                return nodes;
            }

            while (reader.Next())
            {
                if (reader.Tag == ProtoReader.Tags.Bytes2)
                {
                    AddNodes(reader.ReadMessage(), nodes);
                }
                else
                {
                    reader.Skip();
                }
            }

            return nodes;
        }
        catch (ModelFileException)
        {
            return null;
        }
    }

    private static void AddNodes(ProtoReader graph, List<GraphNode> nodes)
    {
        while (graph.Next())
        {
            if (graph.Tag == ProtoReader.Tags.Bytes1)
            {
                nodes.Add(Node(graph.ReadMessage()));
            }
            else
            {
                graph.Skip();
            }
        }
    }

    private static GraphNode Node(ProtoReader node)
    {
        (string name, string type) = ("", "");
        while (node.Next())
        {
            switch (node.Tag)
            {
                case ProtoReader.Tags.Bytes1:
                    name = Encoding.UTF8.GetString(node.ReadBytes());
                    break;
                case ProtoReader.Tags.Bytes2:
                    type = Encoding.UTF8.GetString(node.ReadBytes());
                    break;
                default:
                    node.Skip();
                    break;
            }
        }

        return new GraphNode(name, type);
    }
}
