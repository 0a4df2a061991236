using ModelSessions.Files;
using ModelSessions.Graphs.MetaGraphs;
using ModelSessions.Protos;

namespace ModelSessions;

public sealed partial class ModelSession
{
    private static ModelSession OpenCheckpoint(string path, SessionOptions options, CancellationToken cancel)
    {
        List<string> warnings = [];
        CheckpointInfo checkpoint = CheckpointFolder.Resolve(path, warnings.Add, withGraph: true);
        string metaPath = MetaGraphFile.PathFor(checkpoint);
        if (!checkpoint.HasGraph)
        {
            warnings.Add($"The checkpoint '{checkpoint.Name}' has no .meta file; the graph of '{Path.GetFileName(metaPath)}' is taken.");
        }

        ModelOpening opening = Opening(MetaGraphFile.Import(metaPath, ImportOptions(options)), $"The checkpoint '{checkpoint.Prefix}'", warnings);
        return Ready(Open(opening, Kept(options, opening.Saver) with { Directory = options.Directory ?? checkpoint.Folder }), session => session.LoadFirst(checkpoint, options.Restore, cancel));
    }

    private void LoadFirst(CheckpointInfo checkpoint, RestoreOptions? options, CancellationToken cancel)
    {
        RestoreReport report = Load(Saver, checkpoint, options ?? new RestoreOptions(), cancel, isFirst: true);
        // What only some variables are to be taken of gives the others no value, as was asked.
        bool isWhole = options is null || (options.Include is null && options.Exclude.Count == 0);
        if (!report.IsComplete || report.Uninitialized.Count > 0 || (isWhole && report.Initialized.Count > 0))
        {
            _warnings.Add($"The checkpoint '{checkpoint.Name}' does not give every variable its value: {report}.");
        }
    }

    private static ModelSession OpenMetaGraph(string path, SessionOptions options, CancellationToken cancel)
    {
        ModelOpening opening = Opening(MetaGraphFile.Import(path, ImportOptions(options)), $"The graph '{path}'", []);
        return Ready(Open(opening, Kept(options, opening.Saver)), session => session.StartAfresh(path, cancel));
    }

    // As TensorFlow's import_meta_graph goes on with the saver that the graph was saved by.
    private static SessionOptions Kept(SessionOptions options, SaverDef? saver) => !options.RetentionOfGraph || saver is null ? options : options with
    {
        Checkpoints = options.Checkpoints with { MaxToKeep = Math.Max(0, saver.MaxToKeep), KeepEveryHours = Math.Max(0, saver.KeepCheckpointEveryNHours) },
    };

    private static ModelSession OpenGraph(string path, SessionOptions options, CancellationToken cancel)
    {
        GraphDef definition = ProtoFile.Read<GraphDef>(path, "graph (GraphDef)");
        SessionRecord record = GraphRecordFile.Read(path) ?? SessionRecord.Empty;
        Graph graph = new();
        GraphImportOptions import = new() { Prefix = options.Scope, ClearDevices = !options.KeepDevices, IgnoreShapeConflicts = options.IgnoreShapeConflicts };
        GraphImportResult imported = Guard(path, () => GraphImporter.Import(graph, definition, import));
        SessionRecord scoped = options.Scope.Length == 0 ? record : record with { Binding = record.Binding.InScope(options.Scope) };
        return Ready(Open(new ModelOpening(graph, scoped, null, $"The graph '{path}'") { Warnings = [.. imported.Warnings] }, options), session => session.StartAfresh(path, cancel));
    }

    private static ModelSession OpenSavedModel(string path, SessionOptions options, CancellationToken cancel)
    {
        SavedModelReader reader = SavedModelReader.Open(path);
        MetaGraphDef meta = reader.Select(options.Tags);
        (string? start, IReadOnlyList<SavedModelAsset> assets) = reader.Guard(() => (SavedModelStart.OperationOf(meta, options.Scope), SavedModelAsset.ListOf(meta)));
        (string Tensor, string Path)[] files = [.. assets.Select(asset => (ScopedNames.Prepend(asset.Tensor, options.Scope), asset.Locate(reader.Folder)))];
        MetaGraphImportResult imported = reader.Guard(() => MetaGraphImporter.Import(meta, ImportOptions(options)));
        ModelOpening opening = Opening(imported, $"The SavedModel '{reader.Folder}'", []) with { Assets = files };
        reader.Guard(() => imported.Saver is not { } saver ? null : (opening.Graph.Tensor(saver.FilenameTensorName), opening.Graph.Operation(saver.RestoreOpName)).Item2);
        if (FolderTransaction.IsAside(reader.Folder))
        {
            opening.Warnings.Add($"The model was about to be replaced when its writer ended; the one before is opened, '{reader.Folder}'. It gets its name back when a model is exported to it again.");
        }

        opening.Warnings.AddRange(files.Where(file => !File.Exists(file.Path)).Select(file => $"The asset file '{file.Path}' of the model is not there; what reads it will fail."));
        reader.Guard(() => (files.All(file => opening.Graph.Tensor(file.Tensor) is not null), start is null ? null : opening.Graph.Operation(start)));
        // The files that a model brings along are its own.
        FilePermissions permissions = options.Files with { ReadFolders = [.. options.Files.ReadFolders, Path.Combine(reader.Folder, SavedModelKeys.AssetsFolder)] };
        return Ready(Open(opening, options with { Files = permissions }), session => session.Start(reader, start, cancel));
    }

    // Values first, then what fills tables from assets: TensorFlow's order, which some models depend on.
    private void Start(SavedModelReader reader, string? start, CancellationToken cancel)
    {
        if (reader.VariablesPrefix is { } prefix)
        {
            Load(Saver, CheckpointFolder.Resolve(prefix), _options.Restore ?? new RestoreOptions(), cancel, guessInitializers: start is null, isFirst: true);
        }
        else if (Saver.Variables.Count > 0)
        {
            throw new ModelFileException(
                StatusCode.NotFound,
                Path.Combine(reader.Folder, SavedModelKeys.VariablesFolder),
                $"the model has {Saver.Variables.Count} variables, but no folder with their values. Copy the model's folder as a whole.");
        }

        _start = start;
        if (start is not null)
        {
            RunStart(start, cancel);
        }

        HasChanged = false;
    }

    private void RunStart(string start, CancellationToken cancel)
    {
        try
        {
            Run([], _assets.ToDictionary(file => file.Tensor, file => ModelSessions.Tensor.Scalar(file.Path), StringComparer.Ordinal), [start], cancel: cancel);
        }
        catch (EngineException error) when (_warnings.Count > 0)
        {
            // Of a session that never comes to be nobody reads the warnings.
            throw new EngineException(error.Code, $"{error.Message} {string.Join(" ", _warnings)}", error.Node, error);
        }
    }

    // A graph that came without values: what its author initialised, by the operations that did it.
    private void StartAfresh(string path, CancellationToken cancel)
    {
        if (_options.Restore is { NeedsCheckpoint: true })
        {
            throw new ArgumentException(
                $"'{path}' holds a graph and no checkpoint: there is nothing to include, exclude, rename or reshape. Open it without these options, then load a checkpoint into the session (Restore-ModelCheckpoint).");
        }

        string[] initializers =
        [
            .. ((string[])[CollectionKeys.Variables, CollectionKeys.LocalVariables]).SelectMany(key => Graph.Collections.Bytes(key)).Select(VariableDef.Parser.ParseFrom)
                .Select(variable => variable.InitializerName).Where(name => Graph.Find(name) is not null).Distinct(StringComparer.Ordinal),
        ];
        if (Binding.Name(Roles.Initialize) is { } all && (initializers.Length == 0 || RolesGuessed.Count == 0))
        {
            initializers = [all, .. Binding.Name(Roles.InitializeLocal) is { } local ? [local] : (string[])[]];
        }

        initializers = [.. initializers, .. Graph.Collections.Names(SavedModelKeys.TableInitializers)];
        InitializeBy(initializers, cancel);
        TryRun(LocalInitializers.Iterators(Graph));
        VariableInfo[] unset = [.. Variables.Where(variable => !variable.IsInitialized)];
        if (unset.Length > 0)
        {
            _warnings.Add($"'{path}' holds no values, and no initialisers for {unset.Length} variables, such as '{unset[0].Name}'. Load a checkpoint before they are used.");
        }
        else if (Variables.Count > 0)
        {
            _warnings.Add($"'{path}' holds no values: the {Variables.Count} variables have the first values of the graph's own initialisers. Nothing is learnt yet: train it, or take the values of a checkpoint (Restore-ModelCheckpoint).");
        }

        HasChanged = false;
    }

    // All at once, as their author did; where one cannot be run, which may read a file of his machine, the others one by one.
    private void InitializeBy(string[] initializers, CancellationToken cancel)
    {
        try
        {
            if (initializers.Length > 0)
            {
                Run([], targets: initializers, cancel: cancel);
            }
        }
        catch (Exception all) when (all is EngineException or UnsupportedFeatureException)
        {
            List<string> failed = [];
            foreach (string initializer in initializers)
            {
                try
                {
                    Run([], targets: [initializer], cancel: cancel);
                }
                catch (Exception one) when (one is EngineException or UnsupportedFeatureException)
                {
                    failed.Add(initializer);
                }
            }

            _warnings.Add($"{failed.Count} of the graph's {initializers.Length} initialisers cannot be run, such as '{failed.FirstOrDefault()}': {all.Message} What they would have filled has no value until a checkpoint gives it one (Restore-ModelCheckpoint).");
        }
    }

    private static MetaGraphImportOptions ImportOptions(SessionOptions options) => new() { KeepDevices = options.KeepDevices, Scope = options.Scope, IgnoreShapeConflicts = options.IgnoreShapeConflicts };

    private static ModelOpening Opening(MetaGraphImportResult imported, string place, List<string> warnings) =>
        new(imported.Graph, imported.Record ?? SessionRecord.Of(imported.Graph), imported.Saver, place)
        {
            Signatures = SignatureInfo.ListOf(imported.Signatures),
            Warnings = [.. warnings, .. imported.Warnings],
        };

    private static ModelSession Open(ModelOpening opening, SessionOptions options)
    {
        opening.Record.Parameters.Check(options.Structure ?? new Dictionary<string, object>(), opening.Place);
        (Binding binding, Dictionary<string, string> guessed) = Bind(opening, options.Binding);
        DropWhatNoEngineRuns(opening, binding, guessed, options);
        opening.Graph.Seed = opening.Record.Seed;
        return new ModelSession(opening.Graph, opening.Record with { Binding = binding }, GraphSaver.Of(opening.Graph, opening.Saver, options.Checkpoints), options)
        {
            RolesGuessed = guessed,
            _warnings = opening.Warnings,
            _signatures = opening.Signatures,
            _assets = opening.Assets,
        };
    }

    private static (Binding Binding, Dictionary<string, string> Guessed) Bind(ModelOpening opening, Binding? given)
    {
        Binding binding = Binding.FromJson(opening.Record.Binding.ToJson());
        foreach (string key in given?.Keys ?? [])
        {
            binding[key] = given![key];
        }

        // A binding of ours is whole; one given for a foreign graph may name only what cannot be guessed.
        Dictionary<string, string> guessed = new(StringComparer.Ordinal);
        if (opening.Record.Binding.Keys.Count == 0)
        {
            Guess(SignatureRoles.Of(opening.Signatures, opening.Graph));
            Guess(RoleGuess.Missing(opening.Graph, binding));
        }

        return (binding, guessed);

        void Guess(Binding roles)
        {
            foreach ((string role, string name) in roles.Names.Where(pair => binding[pair.Key] is null))
            {
                binding[role] = guessed[role] = name;
            }
        }
    }

    // What is only guessed must not keep a graph from being opened; what was bound by its author, or asked for, does.
    private static void DropWhatNoEngineRuns(ModelOpening opening, Binding binding, Dictionary<string, string> guessed, SessionOptions options)
    {
        foreach ((string role, string name) in guessed.ToArray())
        {
            IReadOnlyList<string>[] missing = [.. EngineChoice.Among(options.Engines, options.EngineName).Select(engine => engine.Unsupported(opening.Graph, [name]))];
            if (missing.Length > 0 && Array.TrueForAll(missing, ops => ops.Count > 0))
            {
                binding[role] = null;
                guessed.Remove(role);
                opening.Warnings.Add($"'{name}' would be the role '{role}', but no engine here can run it: it needs {string.Join(", ", missing.SelectMany(ops => ops).Distinct().Order(StringComparer.Ordinal))}. If another node is meant, restore with -Binding @{{ {role} = 'name' }}.");
            }
        }
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (GraphException error)
        {
            throw new ModelFileException(StatusCode.DataLoss, path, $"the graph in it is damaged, or of a newer TensorFlow. {error.Message}", innerException: error);
        }
    }
}
