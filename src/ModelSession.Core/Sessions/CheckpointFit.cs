namespace ModelSessions;

/// <summary>Whether a checkpoint has a fitting value for every variable.</summary>
internal static class CheckpointFit
{
    /// <summary>Looks at all variables before any is changed.</summary>
    /// <exception cref="MissingVariableException">Some have none; all are listed, each with what comes nearest.</exception>
    public static void Check(IReadOnlyList<SavedVariable> wanted, IReadOnlyList<VariableInfo> variables, CheckpointReader reader, CheckpointInfo checkpoint)
    {
        Dictionary<string, VariableInfo> known = variables.ToDictionary(variable => variable.Name, StringComparer.Ordinal);
        List<string> names = [], faults = [];
        foreach (SavedVariable variable in wanted)
        {
            VariableInfo? info = known.GetValueOrDefault(variable.Name);
            CheckpointTensor? entry = reader.Find(variable.CheckpointName);
            string? fault = entry is null
                ? $"Variable '{variable.CheckpointName}' {info?.Shape} is not in checkpoint '{checkpoint.Name}'{Nearest(variable.CheckpointName, reader)}"
                : info is not null && (info.DType != entry.DType || !info.Shape.IsCompatibleWith(entry.Shape))
                    ? $"Variable '{variable.Name}' is {info.DType.Name()} {info.Shape}; checkpoint '{checkpoint.Name}' has {entry.DType.Name()} {entry.Shape}"
                    : null;
            if (fault is not null)
            {
                names.Add(variable.Name);
                faults.Add(fault);
            }
        }

        if (faults.Count > 0)
        {
            throw new MissingVariableException($"{string.Join(". ", faults)}. The checkpoint belongs to another graph.", checkpoint.Prefix, names);
        }
    }

    private static string Nearest(string name, CheckpointReader reader)
    {
        IReadOnlyList<string> nearest = NearestNames.To(name, reader.Tensors.Select(entry => entry.Name), 1);
        return nearest is [var candidate] ? $" (did you mean '{candidate}' {reader.Find(candidate)!.Shape}?)" : "";
    }
}
