using ModelSessions.Graphs.Transforms;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Cuts a graph down to what some outputs need.</summary>
public static class GraphPruner
{
    /// <summary>The nodes that outputs need, control inputs included, in the order of the graph; the functions that these may call. A node that
    /// another one is to be placed beside counts as needed, as in TensorFlow's <c>extract_sub_graph</c>.</summary>
    /// <param name="graph">The graph; it is not changed.</param>
    /// <param name="outputs">Names of operations or tensors.</param>
    /// <exception cref="GraphException">An output is not in the graph.</exception>
    public static GraphDef Prune(GraphDef graph, params IEnumerable<string> outputs)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(outputs);
        HashSet<string> kept = Closure(graph, outputs);
        GraphDef pruned = new() { Versions = graph.Versions?.Clone() };
        pruned.Node.AddRange(graph.Node.Where(node => kept.Contains(node.Name)).Select(node => node.Clone()));
        pruned.Library = FunctionClosure.Of(graph.Library, pruned.Node);
        return pruned;
    }

    /// <summary>The same of a graph with its collections: they lose what names a node that is gone; so does the saver.</summary>
    /// <param name="meta">The graph; it is not changed.</param>
    /// <param name="outputs">Names of operations or tensors.</param>
    /// <exception cref="GraphException">An output is not in the graph.</exception>
    public static MetaGraphDef Prune(MetaGraphDef meta, params IEnumerable<string> outputs)
    {
        ArgumentNullException.ThrowIfNull(meta);
        GraphDef graph = Prune(meta.GraphDef ?? new GraphDef(), outputs);
        MetaGraphDef pruned = meta.Clone();
        pruned.GraphDef = graph;
        CollectionPruner.Prune(pruned);
        return pruned;
    }

    private static HashSet<string> Closure(GraphDef graph, IEnumerable<string> outputs)
    {
        Dictionary<string, NodeDef> byName = new(graph.Node.Count, StringComparer.Ordinal);
        foreach (NodeDef node in graph.Node)
        {
            byName[node.Name] = node;
        }

        HashSet<string> kept = new(StringComparer.Ordinal);
        Stack<NodeDef> waiting = new();
        foreach (string output in outputs)
        {
            string name = Graph.ParseTensorName(output).Operation;
            waiting.Push(byName.GetValueOrDefault(name) ?? throw new GraphException(
                StatusCode.NotFound, $"The output '{output}' is not in the graph.{NearestNames.Hint(name, byName.Keys)}", name));
        }

        while (waiting.TryPop(out NodeDef? node))
        {
            if (kept.Add(node.Name))
            {
                foreach (string input in node.Input)
                {
                    string producer = NodeInput.Producer(input);
                    waiting.Push(byName.GetValueOrDefault(producer) ?? throw new GraphException(
                        StatusCode.InvalidArgument, $"Node '{node.Name}' ({node.Op}): its input '{input}' is not in the graph.", node.Name));
                }

                foreach (NodeDef beside in NodeInput.Colocated(node).Select(name => byName.GetValueOrDefault(name)).OfType<NodeDef>())
                {
                    waiting.Push(beside);
                }
            }
        }

        return kept;
    }
}
