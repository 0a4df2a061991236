using ModelSessions.Files;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>Builds a model and initialises its variables.</summary>
    /// <exception cref="UnsupportedFeatureException">No engine can run the graph.</exception>
    public static ModelSession Create(ModelDefinition definition, SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(options);
        int seed = options.Seed ?? RandomSeed();
        Graph graph = new() { Seed = seed };
        Binding binding = definition.Build(graph.Builder)
            ?? throw new GraphException(StatusCode.InvalidArgument, $"{definition.Name}.Build returned no binding; it must say which tensor has which role.");
        Complete(graph, binding);
        GraphSaver saver = GraphSaver.Attach(graph, options.Checkpoints.MaxToKeep);
        SessionRecord record = new(definition.Name, SessionRecord.Normalise(definition.Structure()), seed, binding, definition.Hyperparameters);
        return Ready(new ModelSession(graph, record, saver, options), session =>
        {
            session.Initialize(Roles.Initialize);
            session.Initialize(Roles.InitializeLocal);
        });
    }

    /// <summary>Rebuilds a session from a checkpoint: the graph from its <c>.meta</c> file, the values from the rest.</summary>
    /// <param name="path">A prefix, a folder (its newest checkpoint), a member file or a state file.</param>
    /// <param name="options">Engines and so on; a structure in it must be the checkpoint's.</param>
    /// <exception cref="ModelFileException">There is no whole checkpoint.</exception>
    /// <exception cref="MissingVariableException">Variables of the graph are not in the checkpoint.</exception>
    /// <exception cref="StructureMismatchException">The structure is another than asked for.</exception>
    public static ModelSession Restore(string path, SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> warnings = [];
        CheckpointInfo checkpoint = CheckpointFolder.Resolve(path, warnings.Add);
        string metaPath = MetaGraphFile.PathFor(checkpoint);
        if (!checkpoint.HasGraph)
        {
            warnings.Add($"The checkpoint '{checkpoint.Name}' has no .meta file; the graph of '{Path.GetFileName(metaPath)}' is taken.");
        }

        MetaGraphImportResult imported = MetaGraphFile.Import(metaPath, new MetaGraphImportOptions { KeepDevices = options.KeepDevices });
        warnings.AddRange(imported.Warnings);
        Graph graph = imported.Graph;
        SessionRecord record = imported.Record!;
        record.Parameters.Check(options.Structure ?? new Dictionary<string, object>(), $"The checkpoint '{checkpoint.Prefix}'");
        (Binding binding, IReadOnlyDictionary<string, string> guessed) = Bind(graph, record.Binding, options.Binding);
        graph.Seed = record.Seed;
        ModelSession session = new(graph, record with { Binding = binding }, GraphSaver.Of(graph, imported.Saver, options.Checkpoints.MaxToKeep), options with { Directory = options.Directory ?? checkpoint.Folder })
        {
            RolesGuessed = guessed,
            Warnings = warnings,
        };
        return Ready(session, restored => restored.Load(checkpoint));
    }

    /// <summary>Goes on with the newest checkpoint of the session's folder, if there is one; else creates the model.</summary>
    /// <param name="definition">The model; its structure must be the checkpoint's.</param>
    /// <param name="options">With a folder.</param>
    /// <exception cref="ModelFileException">The folder has checkpoints, but no whole one: nothing is written over them.</exception>
    public static ModelSession Resume(ModelDefinition definition, SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(options);
        return options.Directory is { } folder && CheckpointFolder.HasAny(folder)
            ? Restore(folder, options with { Structure = options.Structure ?? definition.Structure() })
            : Create(definition, options);
    }

    private static (Binding Binding, IReadOnlyDictionary<string, string> Guessed) Bind(Graph graph, Binding stored, Binding? given)
    {
        Binding binding = Binding.FromJson(stored.ToJson());
        foreach (string key in given?.Keys ?? [])
        {
            binding[key] = given![key];
        }

        // A binding of ours is whole; one given for a foreign graph may name only what cannot be guessed.
        if (stored.Keys.Count > 0)
        {
            return (binding, new Dictionary<string, string>());
        }

        IReadOnlyDictionary<string, string> guessed = RoleGuess.Missing(graph, binding).Names;
        foreach ((string role, string name) in guessed)
        {
            binding[role] = name;
        }

        return (binding, guessed);
    }

    // What every graph has and no definition need say: TensorFlow's global_variables_initializer(), the counter by its usual names.
    private static void Complete(Graph graph, Binding binding)
    {
        GraphBuilder g = graph.Builder;
        binding[Roles.Iteration] ??= RoleGuess.Iteration(graph);
        if (binding[Roles.Initialize] is null)
        {
            binding[Roles.Initialize] = g.InitializeVariables();
        }

        if (binding[Roles.InitializeLocal] is null && g.Variables(CollectionKeys.LocalVariables) is { Count: > 0 } local)
        {
            binding[Roles.InitializeLocal] = g.InitializeVariables(local, "init_local");
        }
    }

    // A session that never comes to be frees what it took.
    private static ModelSession Ready(ModelSession session, Action<ModelSession> prepare)
    {
        bool ready = false;
        try
        {
            prepare(session);
            ready = true;
            return session;
        }
        finally
        {
            if (!ready)
            {
                session.Dispose();
            }
        }
    }

    private void Initialize(string role)
    {
        if (Binding.Name(role) is { } name)
        {
            Run([], targets: [name]);
        }
    }
}
