namespace ModelSessions.Cpu.Planning;

/// <summary>Drops nodes that compute what nobody reads: the gradient of a network's input, which gates wait for but no update uses.</summary>
internal static class DeadNodes
{
    // Not stateful, but run for their errors.
    private static readonly HashSet<string> Checks = ["Assert", "CheckNumerics", "CheckNumericsV2", "EnsureShape", "Placeholder", "PlaceholderV2"];

    /// <summary>The nodes that have an effect or whose values somebody uses, in the same order. Effects keep their order, since
    /// it is that of the list.</summary>
    public static List<GraphOperation> Remove(List<GraphOperation> nodes, IReadOnlySet<GraphOperation> wanted)
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
            }
        }

        kept.Reverse();
        return kept;
    }

    private static bool HasEffect(GraphOperation node) => node.Schema.IsStateful || node.Outputs.Count == 0 || Checks.Contains(node.Type)
        || node.Inputs.Any(Reaches) || node.Outputs.Any(Reaches);

    // Through references and handles a node may write; values that control flow makes come round again.
    private static bool Reaches(GraphTensor tensor) => tensor.IsRef || tensor.DType is DType.Resource or DType.Variant
        || tensor.Operation.Type is "Enter" or "Exit" or "LoopCond" or "Merge" or "NextIteration" or "Switch";
}
