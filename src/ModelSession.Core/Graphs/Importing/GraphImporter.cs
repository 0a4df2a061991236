using ModelSessions.Graphs.Importing;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Turns a GraphDef into operations of a graph.</summary>
public static class GraphImporter
{
    /// <summary>A new graph with all nodes, functions and versions of a GraphDef. Takes the definition over: it is not to be used afterwards.</summary>
    /// <exception cref="GraphException">The definition is not a valid graph: unknown ops, missing inputs, cycles, wrong types.</exception>
    public static Graph Import(GraphDef definition)
    {
        Graph graph = new();
        Import(graph, definition, new GraphImportOptions { Prefix = "" });
        return graph;
    }

    /// <summary>Adds all nodes and functions of a GraphDef to a graph, as TensorFlow's <c>import_graph_def</c>. A failed import leaves the
    /// graph as it was. Takes the definition over: it is not to be used afterwards.</summary>
    /// <exception cref="GraphException">The definition is not a valid graph, or the options name what it does not have.</exception>
    public static GraphImportResult Import(Graph graph, GraphDef definition, GraphImportOptions options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(options);
        return new GraphImport(graph, definition, options).Run();
    }
}
