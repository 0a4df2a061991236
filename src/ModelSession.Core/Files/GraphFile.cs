using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Files that hold one GraphDef: <c>.pb</c>, <c>.pbtxt</c>, frozen graphs.</summary>
public static class GraphFile
{
    private const string Kind = "graph (GraphDef)";

    /// <summary>Reads a graph: binary or text, plain or in gzip; told by what is in the file, not by its name.</summary>
    /// <exception cref="ModelFileException">The file is not there, damaged, or no graph.</exception>
    public static GraphDef Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ProtoFile.Read<GraphDef>(path, Kind);
    }

    /// <summary>Reads a graph from a file's bytes.</summary>
    /// <exception cref="ModelFileException">They are damaged, or no graph.</exception>
    public static GraphDef Parse(byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return ProtoFile.Parse<GraphDef>(content, Kind);
    }

    /// <summary>Writes a graph; the file is the old one or the new one, whole, at every instant.</summary>
    /// <param name="path">The file: text if its name ends in <c>.pbtxt</c> or <c>.txt</c>, else binary.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="cancel">Stops waiting for another writer in the folder.</param>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public static void Write(string path, GraphDef graph, CancellationToken cancel = default) => Write(path, graph, IsTextName(path), cancel);

    /// <summary>Writes a graph as text or binary, whatever the file's name.</summary>
    /// <inheritdoc cref="Write(string, GraphDef, CancellationToken)"/>
    public static void Write(string path, GraphDef graph, bool asText, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(graph);
        ProtoFile.Write(path, graph, asText, cancel: cancel);
    }

    internal static bool IsTextName(string path) =>
        path.EndsWith(".pbtxt", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase);
}
