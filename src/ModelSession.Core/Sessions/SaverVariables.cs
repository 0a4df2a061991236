using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A variable for which a saver adds nodes.</summary>
/// <param name="Saved">What it is in checkpoints.</param>
/// <param name="Handle">The reference or resource handle.</param>
/// <param name="Value">Its value, to be saved.</param>
/// <param name="Device">Where it lives, in the full form; empty if anywhere.</param>
internal sealed record SaverVariable(SavedVariable Saved, GraphTensor Handle, GraphTensor Value, string Device)
{
    public bool IsResource => Handle.DType == DType.Resource;
}

/// <summary>Finds the variables of a graph that a saver is to save.</summary>
internal static class SaverVariables
{
    private static readonly string[] s_collections =
        [CollectionKeys.Variables, CollectionKeys.LocalVariables, CollectionKeys.TrainableVariables, CollectionKeys.GlobalStep, "model_variables", "moving_average_variables"];

    /// <summary>The variables that the options name, in TensorFlow's order: by the names in checkpoints, slices by their variables.</summary>
    /// <exception cref="GraphException">A name is not a variable's, or two have the same name in checkpoints.</exception>
    public static IReadOnlyList<SaverVariable> Of(Graph graph, SaverOptions options)
    {
        Dictionary<string, VariableDef> known = Known(graph);
        Dictionary<string, SaverVariable> all = [];
        foreach (VariableDef definition in known.Values)
        {
            all[Name(definition)] = Describe(graph, definition, null);
        }

        List<SaverVariable> chosen = [];
        HashSet<string> mapped = [];
        foreach ((string checkpointName, string variable) in options.Map ?? new Dictionary<string, string>())
        {
            IReadOnlyList<SaverVariable> found = Find(graph, all, variable);
            mapped.UnionWith(found.Select(part => part.Saved.Name));
            chosen.AddRange(found.Select(part => part with { Saved = part.Saved with { CheckpointName = checkpointName } }));
        }

        if (options.Map is null || options.Include is not null)
        {
            // Local variables are saved when they are named, not else.
            string[] names = [.. options.Include is null ? Saved(graph).Select(Name).Distinct() : all.Keys];
            HashSet<string> picked = NamePatterns.Pick(names, options.Include, options.Exclude, "variable");
            chosen.AddRange(names.Where(name => picked.Contains(name) && !mapped.Contains(name)).Select(name => all[name]));
        }

        if (chosen.Count == 0 && (options.Map is not null || options.Include is not null || options.Exclude.Count > 0))
        {
            throw new GraphException(StatusCode.InvalidArgument, "No variable is left to be saved: all are excluded, or none is named.");
        }

        CheckNames(chosen);
        return Sorted(chosen);
    }

    /// <summary>The variables that another saver restores.</summary>
    public static IReadOnlyList<SaverVariable> Of(Graph graph, IEnumerable<SavedVariable> saved)
    {
        Dictionary<string, VariableDef> known = Known(graph);
        return Sorted(saved.Select(variable => Describe(graph, known.GetValueOrDefault(variable.Name), variable)));
    }

    private static IReadOnlyList<SaverVariable> Sorted(IEnumerable<SaverVariable> variables) =>
        [.. variables.OrderBy(variable => variable.Saved.CheckpointName, StringComparer.Ordinal).ThenBy(variable => variable.Handle.Name, StringComparer.Ordinal)];

    private static Dictionary<string, VariableDef> Known(Graph graph)
    {
        Dictionary<string, VariableDef> known = [];
        foreach (VariableDef definition in s_collections.SelectMany(key => Definitions(graph, key)))
        {
            known.TryAdd(Name(definition), definition);
        }

        return known;
    }

    private static IEnumerable<VariableDef> Saved(Graph graph) => Definitions(graph, CollectionKeys.Variables);

    private static IEnumerable<VariableDef> Definitions(Graph graph, string key) => graph.Collections.Bytes(key).Select(VariableDef.Parser.ParseFrom);

    private static string Name(VariableDef variable) => Graph.ParseTensorName(variable.VariableName).Operation;

    private static SaverVariable Describe(Graph graph, VariableDef? definition, SavedVariable? saved)
    {
        GraphTensor handle = graph.Tensor(definition?.VariableName ?? saved!.Value.Name);
        SavedVariable known = saved ?? Saved(definition!);
        bool isPart = known.Slice.Length > 0, isResource = handle.DType == DType.Resource;
        GraphTensor value = definition is { SnapshotName.Length: > 0 } && (isResource || isPart) ? graph.Tensor(definition.SnapshotName)
            : isResource ? Read(graph, handle)
            : handle;
        return new SaverVariable(known, handle, value, handle.Operation.Device.Length == 0 ? "" : DeviceName.Parse(handle.Operation.Device).ToString());
    }

    private static SavedVariable Saved(VariableDef definition) => definition.SaveSliceInfoDef is { FullName.Length: > 0 } slice
        ? new SavedVariable(Name(definition), slice.FullName, Spec(slice))
        : new SavedVariable(Name(definition), Name(definition));

    private static string Spec(SaveSliceInfoDef slice) => string.Join(
        ' ', slice.FullShape.Select(size => $"{size}").Append(string.Join(':', slice.VarOffset.Zip(slice.VarShape, (offset, size) => $"{offset},{size}"))));

    private static GraphTensor Read(Graph graph, GraphTensor handle) =>
        graph.Builder.Add("ReadVariableOp", null, new() { ["dtype"] = handle.Operation.DType("dtype") }, handle);

    // A variable, or all slices of a partitioned one by its whole name.
    private static SaverVariable[] Find(Graph graph, Dictionary<string, SaverVariable> all, string name)
    {
        string operation = Graph.ParseTensorName(name).Operation;
        if (all.TryGetValue(operation, out SaverVariable? variable))
        {
            return [variable];
        }

        SaverVariable[] parts = [.. all.Values.Where(part => part.Saved.Slice.Length > 0 && part.Saved.CheckpointName == operation)];
        if (parts.Length > 0)
        {
            return parts;
        }

        return graph.Find(operation) is { Type: "VariableV2" or "Variable" or "VarHandleOp" }
            ? [Describe(graph, null, new SavedVariable(operation, operation))]
            : throw new GraphException(StatusCode.NotFound, $"The graph has no variable '{name}'.{NearestNames.Hint(operation, all.Keys)}", operation);
    }

    private static void CheckNames(List<SaverVariable> chosen)
    {
        string[] twice =
        [
            .. chosen.GroupBy(variable => (variable.Saved.CheckpointName, variable.Saved.Slice)).Where(group => group.Count() > 1)
                .Select(group => $"{string.Join(" and ", group.Select(variable => $"'{variable.Saved.Name}'"))} as '{group.Key.CheckpointName}'"),
            .. chosen.GroupBy(variable => variable.Saved.Name).Where(group => group.Count() > 1).Select(group => $"'{group.Key}' under several names"),
        ];
        if (twice.Length > 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"A saver cannot save {string.Join("; ", twice)}.");
        }
    }
}
