using System.Collections;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>The nodes of the graph that a command line which is being typed is about: of the file that it is given, of the session that it is
/// given, or of all live ones.</summary>
internal static class GraphAtHand
{
    // While a name is being typed, the same file is asked for again and again.
    private static (string Path, DateTime Time, IReadOnlyList<GraphNode> Nodes)? s_last;

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
        DateTime time = File.GetLastWriteTimeUtc(path);
        if (s_last is { } last && last.Path == path && last.Time == time)
        {
            return last.Nodes;
        }

        IReadOnlyList<GraphNode> nodes = FilesAtHand.Try(() => GraphNode.Read(path)) ?? [];
        s_last = (path, time, nodes);
        return nodes;
    }
}
