namespace ModelSessions;

/// <summary>A model being worked with: a graph, the values of its variables, and what they mean. Created by
/// <see cref="Create"/> or <see cref="Restore"/>. Threads may share it: runs overlap, what needs the session as a whole waits its
/// turn, and one training at a time is all that it takes (<see cref="SessionBusyException"/>).</summary>
public sealed partial class ModelSession : IDisposable, ISessionContent
{
    private static readonly Lock s_liveGate = new();
    private static readonly List<WeakReference<ModelSession>> s_live = [];
    private static int s_lastId;

    private readonly EngineChoice _choice;
    private readonly IEngineSession _engine;
    private readonly SessionOptions _options;
    private readonly List<Hyperparameter> _hyperparameters;
    private readonly string? _iterationVariable;
    private readonly int _graphSeed;
    private List<string> _warnings = [];
    private IReadOnlyList<SignatureInfo> _signatures = [];
    private IReadOnlyList<(string Tensor, string Path)> _assets = [];
    private string? _start;
    private volatile bool _disposed;

    private ModelSession(Graph graph, SessionRecord record, GraphSaver saver, SessionOptions options)
    {
        Graph = graph;
        Name = record.Name;
        Parameters = record.Parameters;
        Binding = record.Binding;
        _classNames = record.ClassNames;
        Contract = record.Contract;
        _graphSeed = record.Seed ?? options.Seed ?? RandomSeed();
        Directory = options.Directory is null ? null : FolderAt(Path.GetFullPath(options.Directory));
        // Not the base: a session must not keep another one alive.
        _options = options with { Base = null };
        _savers.Add(new Saver(this, saver, options.Checkpoints));
        _hyperparameters = AllHyperparameters(record);
        Binding.Check(graph);
        _iterationVariable = Binding.Name(Roles.Iteration) is { } iteration ? VariableBehind(graph.Tensor(iteration)) : null;
        _choice = EngineChoice.Of(graph, Binding, options);
        _engine = _choice.Engine.Open(graph, new EngineOptions(options.ThreadCount) { Files = options.Files, MemoryLimit = options.MemoryLimit });
        _gate = new SessionGate(Free);
        lock (s_liveGate)
        {
            Id = ++s_lastId;
            s_live.RemoveAll(reference => !reference.TryGetTarget(out _));
            s_live.Add(new WeakReference<ModelSession>(this));
        }
    }

    /// <summary>The sessions of this process that are neither disposed nor forgotten.</summary>
    public static IReadOnlyList<ModelSession> Live
    {
        get
        {
            lock (s_liveGate)
            {
                return [.. s_live.Select(reference => reference.TryGetTarget(out ModelSession? session) ? session : null).OfType<ModelSession>().Where(session => !session._disposed)];
            }
        }
    }

    /// <summary>A number that no other session of this process has.</summary>
    public int Id { get; }

    /// <summary>The model's name; empty for a graph of TensorFlow's.</summary>
    public string Name { get; }

    /// <summary>The structural parameters.</summary>
    public ModelParameters Parameters { get; }

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    /// <summary>Which tensor has which role.</summary>
    public Binding Binding { get; }

    /// <summary>The roles that were guessed, since the graph came without a binding: tensor names by role. Empty if nothing was.</summary>
    public IReadOnlyDictionary<string, string> RolesGuessed { get; private init; } = new Dictionary<string, string>();

    /// <summary>What was remarkable on restoring: another checkpoint taken than the state file's, a graph file of another iteration.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>What is fed at each call, with the values that hold now.</summary>
    public IReadOnlyList<Hyperparameter> Hyperparameters => _hyperparameters;

    /// <summary>The seed of initial values, dropout and shuffling.</summary>
    public int Seed => GivenSeed ?? _graphSeed;

    /// <summary>The session's own folder; null if it has none.</summary>
    public string? Directory { get; private set; }

    /// <summary>The checkpoint that was restored or saved last; null if there is none.</summary>
    public CheckpointInfo? Checkpoint { get; private set; }

    /// <summary>Where training stands in its dataset; null before any training.</summary>
    public DatasetPosition? Position { get; internal set; }

    /// <summary>What schedules, early stop and others remember from one training to the next, in sections. Saved with checkpoints, restored with them.</summary>
    internal System.Text.Json.Nodes.JsonObject StateSections { get; private set; } = [];

    /// <summary>What the last training did, and why it ended; null before any.</summary>
    public TrainingResult? LastRun { get; internal set; }

    /// <summary>What the values of the session were trained with, over all processes. A restored checkpoint brings its own.</summary>
    public TrainingHistory History { get; private set; } = new();

    /// <summary>The folders of event logs that have its graph, and how many nodes it had then.</summary>
    internal Dictionary<string, int> LoggedGraphs { get; } = [];

    /// <summary>The threads of a run.</summary>
    internal int ThreadCount => _options.ThreadCount > 0 ? _options.ThreadCount : Environment.ProcessorCount;

    /// <summary>The name of the engine that runs the graph.</summary>
    public string EngineName => _choice.Engine.Name;

    /// <summary>Why it is that one, for people: <c>the first one here that can run all that is bound</c>.</summary>
    public string EngineReason => _choice.Reason;

    /// <summary>The number of training steps so far; null if the graph does not count them.</summary>
    public long? Iteration => _iterationVariable is null ? null : Engine.ReadVariable(_iterationVariable) is { } value ? ToInt64(value) : null;

    /// <inheritdoc cref="ISessionContent.Variables"/>
    internal IReadOnlyList<VariableInfo> Variables => Engine.Variables;

    /// <summary>Whether a training step, a restore or an initialisation ended half-way, so that the variables may not fit together. Such a session is not saved.</summary>
    public bool IsTorn { get; internal set; }

    /// <summary>Whether training, or a run of operations, may have changed variables since <see cref="Checkpoint"/> was saved or restored.</summary>
    internal bool HasChanged { get; set; }

    /// <inheritdoc cref="ISessionContent.Engine"/>
    internal IEngineSession Engine
    {
        get
        {
            ThrowIfDisposed();
            return _engine;
        }
    }

    /// <summary>Whether the session is closed.</summary>
    public bool IsDisposed => _disposed;

    /// <summary>Makes sure that the session is open.</summary>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void ThrowIfDisposed()
    {
        if (_disposed)
        {
            throw new ObjectDisposedException(null, $"The session '{this}' is closed: its variables are gone. Restore it from its last checkpoint, or create a new one.");
        }
    }

    /// <summary>A copy of a variable's value.</summary>
    /// <exception cref="GraphException">There is no such variable.</exception>
    /// <exception cref="EngineException">It has no value.</exception>
    public Tensor ReadVariable(string name)
    {
        string variable = Graph.ParseTensorName(name).Operation;
        return Engine.ReadVariable(variable) ?? throw NoValue(variable);
    }

    /// <summary>A tensor by its role (<c>loss</c>, <c>metrics.accuracy</c>) or name (<c>train/loss:0</c>).</summary>
    /// <exception cref="GraphException">There is none.</exception>
    public GraphTensor Tensor(string roleOrName)
    {
        // A name that is not there is not found; asked for as a tensor's alone, TensorFlow calls it a wrong argument.
        _ = Operation(roleOrName);
        return Graph.Tensor(Binding.Name(roleOrName) ?? roleOrName);
    }

    /// <summary>An operation by its role (<c>train</c>) or name (<c>train/train_step</c>).</summary>
    /// <exception cref="GraphException">There is none.</exception>
    public GraphOperation Operation(string roleOrName)
    {
        string name = Graph.ParseTensorName(Binding.Name(roleOrName) ?? roleOrName).Operation;
        return Graph.Find(name) ?? throw new GraphException(
            StatusCode.NotFound,
            $"The graph has no operation '{name}'.{NearestNames.Hint(name, Binding.Names.Keys.Concat(Graph.Operations.Select(operation => operation.Name)))}",
            name);
    }

    /// <summary>Runs the graph.</summary>
    /// <param name="fetches">What is wanted: roles or names of tensors.</param>
    /// <param name="feeds">Values by role, hyperparameter or name of a tensor; null for none.</param>
    /// <param name="targets">Operations to be run besides: roles or names.</param>
    /// <param name="options">A time limit, a trace; null for neither.</param>
    /// <param name="cancel">Stops the run between nodes.</param>
    /// <returns>The fetched values, in order.</returns>
    /// <exception cref="GraphException">A name is not in the graph.</exception>
    /// <exception cref="EngineException">A node failed, or the time is up (DeadlineExceeded); the run may have changed some variables.</exception>
    public Tensor[] Run(
        IReadOnlyList<string> fetches, IReadOnlyDictionary<string, Tensor>? feeds = null, IReadOnlyList<string>? targets = null, RunOptions? options = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(fetches);
        KeyValuePair<string, Tensor>[] given = feeds is null ? [] : [.. feeds];
        using Turn turn = Beside(cancel);
        RunSignature signature = new(
            [.. given.Select(pair => FedTensor(pair.Key).Name)], [.. fetches.Select(name => Tensor(name).Name)], [.. (targets ?? []).Select(name => Operation(name).Name)]);
        foreach ((string name, Tensor value) in given)
        {
            CheckFeed(name, value);
        }

        Tensor[] values = new Tensor[fetches.Count];
        HasChanged |= signature.Targets.Count > 0;
        IRunPlan plan = Engine.Prepare(signature);
        Tensor[] feedValues = [.. given.Select(pair => pair.Value)];
        try
        {
            TimeLimit.Run(options?.TimeLimit, limited => plan.Run(feedValues, values, limited, options?.Trace), cancel);
        }
        catch (EngineException) when (_disposed)
        {
            // It waited at a queue when the session was closed.
            ThrowIfDisposed();
            throw;
        }
        catch (EngineException error) when (Unfed(error, signature) is { } told)
        {
            throw told;
        }

        return values;
    }

    /// <summary>Frees the variables and the engine. Saving comes before. A run, or a step of a training, that another thread is in comes to its
    /// end; it frees them then, and whatever comes after it is refused.</summary>
    public void Dispose()
    {
        _disposed = true;
        if (!_gate.Close())
        {
            // Runs that wait at a queue would do so for ever.
            _engine.ResetQueues();
        }
    }

    private void Free()
    {
        _runners?.Dispose();
        _engine.Dispose();
    }

    /// <summary><c>Mnist (Layer1=32, Layer2=64) at 500</c>.</summary>
    public override string ToString()
    {
        string name = Name.Length > 0 ? Name : "TensorFlow graph";
        string structure = Parameters.Count > 0 ? $" ({Parameters})" : "";
        return _disposed ? $"{name}{structure}, disposed" : $"{name}{structure}{(Iteration is { } iteration ? $" at {iteration}" : "")}";
    }

    private static List<Hyperparameter> AllHyperparameters(SessionRecord record) =>
    [
        .. record.Binding.NamesOf(Roles.Hyperparameters).Keys.Select(name =>
            record.Hyperparameters.FirstOrDefault(known => Hyperparameter.SameName(known.Name, name)) is { } known
                ? known with { Name = name }
                : RoleGuess.Values(name)),
    ];

    private static string? VariableBehind(GraphTensor tensor)
    {
        while (tensor.Operation.Type is "Identity" or "ReadVariableOp")
        {
            tensor = tensor.Operation.Inputs[0];
        }

        return tensor.Operation.Type is "VariableV2" or "Variable" or "VarHandleOp" ? tensor.Operation.Name : null;
    }

    private static long ToInt64(Tensor value) => value.DType switch
    {
        DType.Int32 => value.ToScalar<int>(),
        DType.Int64 => value.ToScalar<long>(),
        DType.Float32 => (long)value.ToScalar<float>(),
        DType.Float64 => (long)value.ToScalar<double>(),
        _ => throw new GraphException(StatusCode.InvalidArgument, $"The iteration is a {value.Describe()}; it must be a number."),
    };

    internal static EngineException NoValue(string variable) =>
        new(StatusCode.FailedPrecondition, $"The variable '{variable}' has no value yet. Run its initialiser or restore a checkpoint.", variable);

    // Said before hours are spent, not when the first checkpoint is saved.
    private static string FolderAt(string path) => File.Exists(path)
        ? throw new ModelFileException(StatusCode.AlreadyExists, path, "this is a file; a session's folder is needed.")
        : path;

    private static int RandomSeed() => System.Security.Cryptography.RandomNumberGenerator.GetInt32(1, int.MaxValue);
}
