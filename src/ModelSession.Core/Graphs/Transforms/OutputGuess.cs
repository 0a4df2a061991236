namespace ModelSessions.Graphs.Transforms;

/// <summary>Guesses the outputs of a graph when none are given.</summary>
internal static class OutputGuess
{
    private static readonly string[] s_notOutputs =
    [
        "Apply", "Assert", "Assign", "Const", "Initialize", "IsVariableInitialized", "LoopCond", "MergeSummary", "MergeV2", "NoOp", "Placeholder", "Print", "Queue",
        "ReadVariableOp", "RefSwitch", "ResourceApply", "Restore", "Save", "Scatter", "ShardedFilename", "Sparse", "Switch", "Var",
    ];

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

        GraphOperation[] leaves = [.. Leaves(graph)];
        GraphOperation[] computed = [.. DependOnInputs(graph, leaves)];
        string[] found = [.. (computed.Length > 0 ? computed : leaves).Select(operation => operation.Name)];
        if (found.Length > 0)
        {
            return (found, "what nothing else in the graph uses");
        }

        string[] losses = [.. binding.NamesOf(Roles.Loss).Values];
        return losses.Length > 0
            ? (losses, "the loss of the session's binding")
            : throw new GraphException(StatusCode.InvalidArgument, "No outputs were given, and nothing in the graph looks like one. Name the outputs.");
    }

    // Those that are calculated from what is fed; what needs variables alone is a part of training.
    private static IEnumerable<GraphOperation> DependOnInputs(Graph graph, IEnumerable<GraphOperation> leaves)
    {
        HashSet<GraphOperation> fed = [];
        foreach (GraphOperation operation in graph.Operations)
        {
            if (operation.Type is "Placeholder" or "PlaceholderWithDefault" or "PlaceholderV2" or "IteratorGetNext" || operation.Inputs.Any(input => fed.Contains(input.Operation)))
            {
                fed.Add(operation);
            }
        }

        return leaves.Where(fed.Contains);
    }

    // Which branch is taken, how often a loop went round, a variable as it is: parts of other things.
    private static bool IsPart(GraphOperation operation) => operation.Type switch
    {
        "Exit" => operation.Outputs[0].DType.IsInteger() && operation.Outputs[0].Shape.Rank == 0,
        "Identity" => operation.Inputs[0] is var source && (source.IsRef || source.Operation.Type is "Switch" or "ReadVariableOp" || operation.Name.EndsWith("pred_id", StringComparison.Ordinal)),
        _ => false,
    };

    private static IEnumerable<GraphOperation> Leaves(Graph graph)
    {
        HashSet<GraphOperation> used = [];
        foreach (GraphOperation operation in graph.Operations)
        {
            used.UnionWith(operation.Inputs.Select(input => input.Operation));
            used.UnionWith(operation.ControlInputs);
        }

        return graph.Operations.Where(operation => operation.Outputs.Count > 0 && !used.Contains(operation) && !operation.Outputs[0].IsRef && !IsPart(operation)
            && !operation.Type.EndsWith("Summary", StringComparison.Ordinal) && !Array.Exists(s_notOutputs, prefix => operation.Type.StartsWith(prefix, StringComparison.Ordinal))
            && !operation.Name.Contains("gradients", StringComparison.Ordinal) && !operation.Name.StartsWith("save", StringComparison.Ordinal));
    }
}
