namespace ModelSessions.Cpu.Planning;

/// <summary>Drops nodes that compute what nobody reads: the gradient of a network's input, which gates wait for but no update uses.</summary>
internal static class DeadNodes
{
    // Not stateful, but run for their errors.
    private static readonly HashSet<string> Checks = ["Assert", "CheckNumerics", "CheckNumericsV2", "EnsureShape", "Placeholder", "PlaceholderV2"];

    /// <summary>The nodes that have an effect or whose values somebody uses, in the same order. Effects keep their order, since
    /// it is that of the list.</summary>
    /// <param name="nodes">In the order of execution.</param>
    /// <param name="wanted">Nodes to be kept in any case.</param>
    /// <param name="mortal">Nodes that may not be run: those that wait for one are not run either then, so that they need it.</param>
    public static List<GraphOperation> Remove(List<GraphOperation> nodes, IReadOnlySet<GraphOperation> wanted, IReadOnlySet<GraphOperation> mortal)
    {
        HashSet<GraphOperation> used = [.. wanted];
        List<GraphOperation> kept = [];
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            GraphOperation node = nodes[i];
            if (used.Contains(node) || HasEffect(node))
            {
                kept.Add(node);
                used.UnionWith(node.Inputs.Select(input => input.Operation));
                used.UnionWith(node.ControlInputs.Where(mortal.Contains));
            }
        }

        kept.Reverse();
        return kept;
    }

    private static bool HasEffect(GraphOperation node) => node.Schema.IsStateful || node.Outputs.Count == 0 || Checks.Contains(node.Type)
        || node.Inputs.Any(Reaches) || node.Outputs.Any(Reaches);

    // Through references and handles a node may write; what control flow makes comes round again.
    private static bool Reaches(GraphTensor tensor) => tensor.IsRef || tensor.DType is DType.Resource or DType.Variant
        || Flow.Steers(tensor.Operation);
}
