using ModelSessions.Files;
using ModelSessions.Graphs.Importing;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>Builds a model and initialises its variables.</summary>
    /// <param name="definition">The model.</param>
    /// <param name="options">Engines and so on.</param>
    /// <param name="cancel">Ends it between operations, and in long ones; there is no session then.</param>
    /// <exception cref="UnsupportedFeatureException">No engine can run the graph.</exception>
    public static ModelSession Create(ModelDefinition definition, SessionOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(options);
        _ = EngineChoice.Among(options.Engines, options.EngineName);
        int seed = options.Seed ?? RandomSeed();
        Graph graph = new() { Seed = seed };
        graph.Builder.Trainable = options.Trainable is { } patterns ? new TrainableNames(patterns) : null;
        BaseModel? baseModel = graph.Builder.Base = BringBase(graph, options);
        HashSet<string> ofBase = [.. graph.Builder.Variables().Select(variable => variable.Name)];
        Binding binding = Build(definition, graph.Builder);
        bool hasInitializer = binding[Roles.Initialize] is not null;
        Complete(graph, binding, ofBase);
        GraphSaver saver = GraphSaver.Attach(graph, options.Checkpoints);
        SessionRecord record = new(definition.Name, SessionRecord.Normalise(definition.Structure()), seed, binding, WithThoseOf(baseModel, definition)) { ClassNames = definition.ClassNames };
        return Ready(new ModelSession(graph, record, saver, options), session =>
        {
            // The base's values come first: what is new may begin as one of them, a moving average, say.
            if (baseModel is not null)
            {
                session.TakeValues(options.Base!.Session, baseModel.Scope, cancel);
            }

            session.Initialize(Roles.Initialize, cancel);
            session.Initialize(Roles.InitializeLocal, cancel);
            if (baseModel is not null && hasInitializer)
            {
                // The definition's own initialiser may have been over all there is.
                session.CopyVariables(options.Base!.Session, name => $"{baseModel.Scope}/{name}", cancel);
            }
        });
    }

    /// <summary>Opens a session from a file of any kind: a checkpoint with its <c>.meta</c>, a <c>.meta</c> alone (first values by its own
    /// initialisers), a frozen graph, a SavedModel. What it is, its content tells.</summary>
    /// <param name="path">Of a checkpoint a prefix, a folder (its newest), a member file or a state file; a graph's file; a SavedModel's folder.</param>
    /// <param name="options">Engines and so on; a structure in it must be the model's.</param>
    /// <param name="cancel">Ends it between variables; there is no session then.</param>
    /// <exception cref="ModelFileException">There is nothing that can be opened, or it is damaged.</exception>
    /// <exception cref="MissingVariableException">Variables of the graph are not in the checkpoint.</exception>
    /// <exception cref="StructureMismatchException">The structure is another than asked for.</exception>
    /// <exception cref="UnsupportedFeatureException">No engine can run the graph.</exception>
    public static ModelSession Restore(string path, SessionOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ = EngineChoice.Among(options.Engines, options.EngineName);
        GraphImport.CheckPrefix(options.Scope, options.Scope);
        ModelSource source = ModelSource.Of(path);
        return source.Kind switch
        {
            ModelSourceKind.Graph => OpenGraph(source.Path, options, cancel),
            ModelSourceKind.MetaGraph => OpenMetaGraph(source.Path, options, cancel),
            ModelSourceKind.SavedModel => OpenSavedModel(source.Path, options, cancel),
            _ => OpenCheckpoint(path, options, cancel),
        };
    }

    /// <summary>Goes on with the newest checkpoint of the session's folder, if there is one; else creates the model.</summary>
    /// <param name="definition">The model; its structure must be the checkpoint's.</param>
    /// <param name="options">With a folder.</param>
    /// <param name="cancel">Ends it; there is no session then.</param>
    /// <exception cref="ModelFileException">The folder has checkpoints, but no whole one: nothing is written over them.</exception>
    public static ModelSession Resume(ModelDefinition definition, SessionOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(options);
        return options.Directory is { } folder && CheckpointFolder.HasAny(folder)
            ? Restore(folder, options with { Structure = options.Structure ?? definition.Structure() }, cancel)
            : Create(definition, options, cancel);
    }

    private static Binding Build(ModelDefinition definition, GraphBuilder g)
    {
        Binding? binding = definition.Build(g);
        g.Trainable?.Check();
        return binding ?? throw new GraphException(StatusCode.InvalidArgument, $"{definition.Name}.Build returned no binding; it must say which tensor has which role.");
    }

    // What every graph has and no definition need say: TensorFlow's global_variables_initializer(), the counter by its usual names.
    // The variables of a base have their values already: only what is new is initialised, an optimizer's slots beside the base's variables, too.
    private static void Complete(Graph graph, Binding binding, HashSet<string> ofBase)
    {
        GraphBuilder g = graph.Builder;
        binding[Roles.Iteration] ??= RoleGuess.Iteration(graph);
        if (binding[Roles.Initialize] is null)
        {
            binding[Roles.Initialize] = g.InitializeVariables(g.Variables().Where(variable => !ofBase.Contains(variable.Name)));
        }

        GraphOperation[] local =
        [
            .. g.Variables(CollectionKeys.LocalVariables).Select(variable => variable.Initializer),
            .. graph.Collections.Names(SavedModelKeys.TableInitializers).Select(name => graph.Operation(Graph.ParseTensorName(name).Operation)),
        ];
        if (binding[Roles.InitializeLocal] is null && local.Length > 0)
        {
            binding[Roles.InitializeLocal] = g.GroupOperations(local, "init_local");
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

    private void Initialize(string role, CancellationToken cancel)
    {
        if (Binding.Name(role) is { } name)
        {
            Run([], targets: [name], cancel: cancel);
        }
    }
}
