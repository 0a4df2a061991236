using ModelSessions.Files;

namespace ModelSessions;

/// <summary>A node as it stands in a file: what is soon known of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The op kind.</param>
public readonly record struct GraphNode(string Name, string Type)
{
    /// <summary>The nodes of the graph in a file, which is not validated: much faster than an import.</summary>
    /// <param name="path">What <see cref="ModelSource.Of"/> takes.</param>
    /// <exception cref="ModelFileException">It is not there, or damaged.</exception>
    public static IReadOnlyList<GraphNode> Read(string path) => [.. StoredGraph.Read(path).Node.Select(node => new GraphNode(node.Name, node.Op))];
}
