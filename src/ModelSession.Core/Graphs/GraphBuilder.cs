namespace ModelSessions;

/// <summary>Adds operations to a graph as TensorFlow's Python does: names, scopes, attributes.</summary>
public sealed partial class GraphBuilder
{
    /// <summary>A builder that adds to a graph.</summary>
    public GraphBuilder(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Graph = graph;
    }

    /// <summary>The graph that it adds to.</summary>
    public Graph Graph { get; }
}
