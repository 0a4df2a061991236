using ModelSessions.Graphs.Transforms;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Turns the variables of a graph into constants, as TensorFlow's <c>freeze_graph</c> and
/// <c>convert_variables_to_constants</c> do: in the graph, inside conditions and loops, and in the functions that it calls.</summary>
/// <remarks>Names stay: a variable is a Const of its name, a read of it an Identity of its name. An assignment to a frozen variable, such
/// as batch normalisation's of its moving averages, becomes the arithmetic without the assignment, so that the graph can be imported.</remarks>
public static class GraphFreezer
{
    /// <summary>Freezes a graph.</summary>
    /// <param name="graph">The graph; it is not changed.</param>
    /// <param name="options">Outputs and variables.</param>
    /// <param name="read">The value of the variable of a name; null if it has none. The tensor is read before the next call.</param>
    /// <exception cref="GraphException">An output is not in the graph, or an operation uses a variable in a way that a constant cannot
    /// serve: all such are listed.</exception>
    /// <exception cref="EngineException">Variables have no value; all are listed.</exception>
    public static FrozenGraph Freeze(GraphDef graph, FreezeOptions options, Func<string, Tensor?> read)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(read);
        GraphDef frozen = GraphPruner.Prune(graph, options.Outputs);
        FreezeRun run = new(frozen.Library, new FrozenVariables(options, read));
        FreezeBody body = new(run, frozen.Node, arguments: null);
        body.Propagate();
        NodeDef[] nodes = [.. body.Convert()];
        run.ThrowIfFaulty();
        frozen.Node.Clear();
        frozen.Node.AddRange(nodes);
        DropLostColocations(frozen);
        if (run.Library is { } library)
        {
            frozen.Library = FunctionClosure.Of(library, frozen.Node);
        }

        return new FrozenGraph(frozen, run.Variables.Frozen, run.Dropped);
    }

    /// <summary>Freezes a graph with the values of a checkpoint, of any format: a partitioned variable's parts get their slices.</summary>
    /// <param name="graph">The graph; it is not changed.</param>
    /// <param name="options">Outputs and variables.</param>
    /// <param name="checkpoint">The values.</param>
    /// <exception cref="GraphException">As above.</exception>
    /// <exception cref="EngineException">The checkpoint lacks variables; all are listed.</exception>
    /// <exception cref="ModelFileException">The checkpoint is damaged.</exception>
    public static FrozenGraph Freeze(GraphDef graph, FreezeOptions options, CheckpointReader checkpoint)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(checkpoint);
        return Freeze(graph, options, new CheckpointValues(graph, checkpoint).Read);
    }

    // 'loc:@node' of a node that is not there is an error to TensorFlow's importer.
    private static void DropLostColocations(GraphDef graph)
    {
        HashSet<string> names = new(graph.Node.Select(node => node.Name), StringComparer.Ordinal);
        foreach (NodeDef node in graph.Node)
        {
            if (NodeInput.Colocated(node).Any(name => !names.Contains(name)))
            {
                node.Attr.Remove("_class");
            }
        }
    }
}
