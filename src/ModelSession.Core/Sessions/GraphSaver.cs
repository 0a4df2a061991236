using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>What of a graph goes into checkpoints, and the nodes by which TensorFlow saves and restores it.</summary>
internal sealed class GraphSaver
{
    private GraphSaver(SaverDef? definition, IReadOnlyList<IReadOnlyList<SavedVariable>> shards)
    {
        Definition = definition;
        Shards = shards;
    }

    /// <summary>Which nodes TensorFlow is to run; null where there is nothing to save.</summary>
    public SaverDef? Definition { get; }

    /// <summary>The variables of each data file, in the order in which they stand there.</summary>
    public IReadOnlyList<IReadOnlyList<SavedVariable>> Shards { get; }

    /// <summary>All variables.</summary>
    public IEnumerable<SavedVariable> Variables => Shards.SelectMany(shard => shard);

    /// <summary>Adds saver nodes, named and ordered as <c>tf.compat.v1.train.Saver()</c> adds them.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="checkpoints">How checkpoints are kept, for TensorFlow.</param>
    /// <param name="options">What is saved; null for all variables.</param>
    /// <exception cref="GraphException">Variables are named that the graph does not have, or two that would be saved under one name.</exception>
    public static GraphSaver Attach(Graph graph, CheckpointOptions checkpoints, SaverOptions? options = null)
    {
        options ??= new SaverOptions();
        return Attach(graph, checkpoints, options, SaverVariables.Of(graph, options));
    }

    /// <summary>The saver of an imported graph: what its restore op assigns. Where it has none, one of TensorFlow's first format, or one that is a
    /// function, as TensorFlow 2 writes it (which restores, besides the variables, the table of Python's objects), nodes of a new one are added, so that TensorFlow can read what is saved; a graph without variables needs none.</summary>
    public static GraphSaver Of(Graph graph, SaverDef? definition, CheckpointOptions checkpoints)
    {
        string restoreName = definition is { RestoreOpName.Length: > 0 } ? definition.RestoreOpName : "save/restore_all";
        GraphOperation? restore = graph.Find(restoreName);
        List<SavedVariable> restored = restore is null ? [] : SaverNodes.RestoredBy(restore);
        if (definition is { Version: SaverDef.Types.CheckpointFormatVersion.V2 } && restored.Count > 0 && !RestoreFunction.IsCall(restore!))
        {
            SaverDef kept = definition.Clone();
            (kept.MaxToKeep, kept.KeepCheckpointEveryNHours) = (checkpoints.MaxToKeep, (float)checkpoints.KeepEveryHours);
            return new GraphSaver(kept, SaverNodes.Ordered(graph, definition, restored));
        }

        if (restored.Count == 0 && graph.Collections.Keys.Count == 0)
        {
            // A GraphDef has no collections: all its variables are meant, under their own names.
            restored = [.. graph.Operations.Where(operation => operation.Type is "VariableV2" or "Variable" or "VarHandleOp").Select(variable => new SavedVariable(variable.Name, variable.Name))];
        }

        IReadOnlyList<SaverVariable> variables = restored.Count > 0 ? SaverVariables.Of(graph, restored) : SaverVariables.Of(graph, new SaverOptions());
        return Attach(graph, checkpoints, new SaverOptions { Reshape = restored.Exists(variable => variable.Reshape) }, variables);
    }

    private static GraphSaver Attach(Graph graph, CheckpointOptions checkpoints, SaverOptions options, IReadOnlyList<SaverVariable> variables)
    {
        if (variables.Count == 0)
        {
            return new GraphSaver(null, [[]]);
        }

        // Savers of TensorFlow's first year have no node 'filename': any node of the scope's takes it.
        string scope = options.Name;
        for (int i = 1; graph.Operations.Any(operation => operation.Name.StartsWith($"{scope}/", StringComparison.Ordinal)); i++)
        {
            scope = $"{options.Name}_{i}";
        }

        IReadOnlyList<IGrouping<string, SaverVariable>> shards =
            [.. variables.GroupBy(variable => options.Sharded ? variable.Device : "").OrderBy(group => group.Key, StringComparer.Ordinal)];
        SaverDef definition = new()
        {
            FilenameTensorName = $"{scope}/Const:0",
            RestoreOpName = $"{scope}/restore_all",
            MaxToKeep = checkpoints.MaxToKeep,
            KeepCheckpointEveryNHours = (float)checkpoints.KeepEveryHours,
            Sharded = options.Sharded,
            Version = SaverDef.Types.CheckpointFormatVersion.V2,
        };
        definition.SaveTensorName = new SaverNodes(graph, scope, options.Reshape).Add(shards, options.Sharded);
        return new GraphSaver(definition, [.. shards.Select(shard => (IReadOnlyList<SavedVariable>)[.. shard.Select(variable => variable.Saved with { Reshape = options.Reshape })])]);
    }
}
