using System.Collections;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>The nodes of the graph that a command line which is being typed is about: of the file that it is given, of the session that it is
/// given, or of all live ones.</summary>
internal static class GraphAtHand
{
    // Of a larger file, which has values in it, nobody waits for a name.
    private const long LargestFile = 1L << 28;

    // While a name is being typed, the same file is asked for again and again.
    private static (string File, DateTime Time, long Length, IReadOnlyList<GraphNode> Nodes)? s_last;

    /// <summary>All nodes, by name and op kind.</summary>
    public static IEnumerable<GraphNode> Nodes(CommandAst command, IDictionary bound)
    {
        string[] files = [.. FilesAtHand.Graphs(command, bound)];
        return files.Length > 0
            ? files.SelectMany(OfFile)
            : SessionsAtHand.Find(command, bound).SelectMany(session => session.Graph.Operations).Select(operation => new GraphNode(operation.Name, operation.Type));
    }

    private static IReadOnlyList<GraphNode> OfFile(string path)
    {
        if (FilesAtHand.Try(() => new FileInfo(GraphNode.FileOf(path))) is not { Exists: true } file)
        {
            return [];
        }

        if (s_last is { } last && last.File == file.FullName && last.Time == file.LastWriteTimeUtc && last.Length == file.Length)
        {
            return last.Nodes;
        }

        IReadOnlyList<GraphNode> nodes = file.Length <= LargestFile ? FilesAtHand.Try(() => GraphNode.Read(path)) ?? [] : [];
        s_last = (file.FullName, file.LastWriteTimeUtc, file.Length, nodes);
        return nodes;
    }
}
