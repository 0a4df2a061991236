namespace ModelSessions.Training;

/// <summary>What a train operation writes into variables, or makes their new values from: gradients, differences.</summary>
internal static class Updates
{
    private static readonly string[] s_kinds = ["Apply", "AssignAdd", "AssignSub", "ResourceApply", "ResourceScatter", "ResourceSparseApply", "Scatter", "SparseApply"];

    private static readonly HashSet<string> s_inputs = ["delta", "grad", "updates", "value"];

    /// <summary>The tensors of numbers with fractions, each once.</summary>
    public static IEnumerable<GraphTensor> Of(GraphOperation train)
    {
        HashSet<GraphOperation> seen = [train];
        Stack<GraphOperation> open = new(seen);
        HashSet<GraphTensor> found = [];
        while (open.TryPop(out GraphOperation? operation))
        {
            if (operation.Inputs is [{ } variable, ..] && (variable.IsRef || variable.DType == DType.Resource) && Array.Exists(s_kinds, kind => operation.Type.StartsWith(kind, StringComparison.Ordinal)))
            {
                // None of these kinds has lists for inputs.
                found.UnionWith(operation.Schema.Definition.InputArg.Zip(operation.Inputs).Where(pair => s_inputs.Contains(pair.First.Name) && pair.Second.DType.IsFloating()).Select(pair => pair.Second));
            }

            foreach (GraphOperation next in operation.Inputs.Select(input => input.Operation).Concat(operation.ControlInputs).Where(seen.Add))
            {
                open.Push(next);
            }
        }

        return found;
    }
}
