namespace ModelSessions.Graphs.Transforms;

/// <summary>Guesses the outputs of a graph when none are given.</summary>
internal static class OutputGuess
{
    private static readonly string[] s_notOutputs =
        ["Apply", "Assert", "Assign", "Const", "Initialize", "Merge", "NoOp", "Placeholder", "Print", "Queue", "ResourceApply", "Restore", "Save", "Scatter", "ShardedFilename", "Sparse", "Var"];

    /// <summary>Names of tensors, and where they come from as a part of a sentence.</summary>
    /// <exception cref="GraphException">Nothing looks like an output.</exception>
    public static (IReadOnlyList<string> Outputs, string Source) Of(Graph graph, Binding binding, IReadOnlyList<SignatureInfo> signatures)
    {
        string[] predictions = [.. binding.NamesOf(Roles.Predictions).Values];
        if (predictions.Length > 0)
        {
            return (predictions, "the predictions of the session's binding");
        }

        SignatureInfo? signature = signatures.FirstOrDefault(each => each.Name == SignatureInfo.DefaultName) ?? (signatures.Count > 0 ? signatures[0] : null);
        string[] stated = [.. (signature?.Outputs ?? []).Select(output => output.Tensor).Where(name => name.Length > 0 && graph.Find(Graph.ParseTensorName(name).Operation) is not null)];
        if (stated.Length > 0)
        {
            return (stated, $"the outputs of the signature '{signature!.Name}'");
        }

        string[] leaves = [.. Leaves(graph).Select(operation => operation.Name)];
        return leaves.Length > 0
            ? (leaves, "what nothing else in the graph uses")
            : throw new GraphException(StatusCode.InvalidArgument, "No outputs were given, and nothing in the graph looks like one. Name the outputs.");
    }

    private static IEnumerable<GraphOperation> Leaves(Graph graph)
    {
        HashSet<GraphOperation> used = [];
        foreach (GraphOperation operation in graph.Operations)
        {
            used.UnionWith(operation.Inputs.Select(input => input.Operation));
            used.UnionWith(operation.ControlInputs);
        }

        return graph.Operations.Where(operation => operation.Outputs.Count > 0 && !used.Contains(operation) && !operation.Outputs[0].IsRef
            && !operation.Type.EndsWith("Summary", StringComparison.Ordinal) && !Array.Exists(s_notOutputs, prefix => operation.Type.StartsWith(prefix, StringComparison.Ordinal))
            && !operation.Name.Contains("gradients", StringComparison.Ordinal) && !operation.Name.StartsWith("save", StringComparison.Ordinal));
    }
}
