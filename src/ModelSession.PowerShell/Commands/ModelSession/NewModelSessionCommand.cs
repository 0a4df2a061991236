using System.Collections;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Builds a model and initialises it.</summary>
[Cmdlet(VerbsCommon.New, "ModelSession", DefaultParameterSetName = "Create")]
[OutputType(typeof(ModelSession))]
public sealed class NewModelSessionCommand : ModelCmdlet, IDynamicParameters
{
    private StructureParameters? _structure;

    /// <summary>A ready-made definition's name (<c>Mnist</c>), a script block that builds the graph, a class derived from ModelDefinition, or an
    /// instance of one.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "A definition's name such as Mnist, a script block { param($g) … } that builds the graph, a class derived from [ModelSessions.ModelDefinition], or an instance of one.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DefinitionCompleter))]
    public object Definition { get; set; } = "";

    /// <summary>The name of a model that a script block builds.</summary>
    [Parameter(HelpMessage = "The name of a model that a script block builds.")]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "Model";

    /// <summary>Values of the hyperparameters of a model that a script block builds: one, or two for training and for evaluation.</summary>
    [Parameter(HelpMessage = "Hyperparameters of a model that a script block builds, such as @{ learning_rate = 1e-3; keep_probability = 0.5, 1 }.")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(HyperparameterTableCompleter))]
    public Hashtable Hyperparameter { get; set; } = [];

    /// <summary>What the classes are called that a model tells apart that a script block builds.</summary>
    [Parameter(HelpMessage = "What the classes are called that a model tells apart that a script block builds.")]
    [ValidateNotNullOrEmpty]
    public string[] ClassName { get; set; } = [];

    /// <summary>A model that the new one is built on: a session, or the path of a checkpoint, a frozen graph, a SavedModel. Its values are
    /// copied.</summary>
    [Parameter(HelpMessage = "A model that the new one is built on: a session, or the path of a checkpoint, a frozen graph, a SavedModel.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CheckpointCompleter))]
    public object? BaseModel { get; set; }

    /// <summary>The scope that the base's names get in the new graph.</summary>
    [Parameter(HelpMessage = "The scope that the base's names get in the new graph.")]
    [ValidateNotNullOrEmpty]
    public string Scope { get; set; } = BaseModelOptions.DefaultScope;

    /// <summary>Names of the variables that are trained, with wildcards; all that the model says are trainable by default.</summary>
    [Parameter(HelpMessage = "Names of the variables that are trained, such as head/*; all by default.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TrainableCompleter))]
    public string[]? Trainable { get; set; }

    /// <summary>The seed of initial values, dropout and shuffling; drawn by default.</summary>
    [Parameter(HelpMessage = "The seed of initial values, dropout and shuffling; drawn by default.")]
    public int? Seed { get; set; }

    /// <summary>The engine that runs the graph; by default the first that can.</summary>
    [Parameter(HelpMessage = "The engine that runs the graph; by default the first that can.")]
    [ValidateEngine]
    [ArgumentCompleter(typeof(EngineCompleter))]
    public string? Engine { get; set; }

    /// <summary>Threads for one run; 0 = all processors. Results do not depend on it.</summary>
    [Parameter(HelpMessage = "Threads for one run; 0 = all processors.")]
    [ValidateRange(0, 1024)]
    public int ThreadCount { get; set; }

    /// <summary>The most bytes that the tensors of runs may take at a time, such as 2GB; 0 = what the machine has.</summary>
    [Parameter(HelpMessage = "The most bytes that the tensors of runs may take at a time, such as 2GB; 0 = what the machine has.")]
    [ValidateRange(0, long.MaxValue)]
    public long MemoryLimit { get; set; }

    /// <summary>How many checkpoints stay in a folder when the session saves; 0 = all.</summary>
    [Parameter(HelpMessage = "How many checkpoints stay in a folder when the session saves; 0 = all.")]
    [ValidateRange(0, int.MaxValue)]
    public int MaxToKeep { get; set; } = CheckpointOptions.DefaultMaxToKeep;

    /// <summary>One checkpoint in so many hours stays for good.</summary>
    [Parameter(HelpMessage = "One checkpoint in so many hours stays for good.")]
    [ValidateRange(0d, double.MaxValue)]
    public double KeepEveryHours { get; set; } = CheckpointOptions.NeverKept;

    /// <summary>The session's own folder, where checkpoints go unless told otherwise.</summary>
    [Parameter(ParameterSetName = "Create", HelpMessage = "The session's own folder, where checkpoints go unless told otherwise.")]
    [Parameter(ParameterSetName = "Resume", Mandatory = true, HelpMessage = "The session's own folder, whose newest checkpoint is restored.")]
    [ValidateNotNullOrEmpty]
    public string? Directory { get; set; }

    /// <summary>Goes on with the newest checkpoint of the folder, if there is one.</summary>
    [Parameter(ParameterSetName = "Resume", Mandatory = true, HelpMessage = "Go on with the newest checkpoint of the folder, if there is one; create the model otherwise.")]
    public SwitchParameter Resume { get; set; }

    /// <summary>One parameter for each structural parameter of the definition.</summary>
    public object? GetDynamicParameters() =>
        _structure = Definitions.ParametersOf(Definition, typeof(NewModelSessionCommand));

    /// <inheritdoc/>
    private protected override void Process() => Guard(Definition, () =>
    {
        IReadOnlyDictionary<string, object> structure = _structure?.Given ?? new Dictionary<string, object>();
        ModelDefinition definition = Get(structure);
        ModelSession? given = Tables.Plain(BaseModel) as ModelSession;
        using ModelSession? opened = BaseModel is null || given is not null ? null : OpenBase();
        SessionOptions options = new()
        {
            Engines = Engines.All,
            EngineName = Engine,
            Checkpoints = new CheckpointOptions(MaxToKeep) { KeepEveryHours = KeepEveryHours },
            RetentionOfGraph = !MyInvocation.BoundParameters.ContainsKey(nameof(MaxToKeep)) && !MyInvocation.BoundParameters.ContainsKey(nameof(KeepEveryHours)),
            Seed = Seed,
            ThreadCount = ThreadCount,
            MemoryLimit = MemoryLimit,
            Base = (given ?? opened) is { } found ? new BaseModelOptions(found, Scope) : null,
            Trainable = Trainable,
            Directory = Directory is null ? null : ResolvePath(Directory),

            // What is not given follows the checkpoint, not the definition's defaults; an instance states all.
            Structure = Tables.Plain(Definition) is ModelDefinition ? definition.Structure() : structure,
        };
        ModelSession session = Make(definition, options);
        if (Seed is { } seed && session.Seed != seed)
        {
            WriteWarning($"The restored session keeps its seed {session.Seed}; -Seed {seed} is for new ones. To begin anew with it, use Initialize-ModelSession -Seed {seed}.");
        }

        this.Announce(session);
        WriteObject(session);
    });

    private ModelSession Make(ModelDefinition definition, SessionOptions options)
    {
        try
        {
            return Resume ? ModelSession.Resume(definition, options, CancelToken) : ModelSession.Create(definition, options, CancelToken);
        }
        catch (NullReferenceException gone) when (definition.GetType().Assembly.IsDynamic)
        {
            throw ClosedRunspace.Of($"The class {definition.GetType().Name}", gone);
        }
    }

    private ModelDefinition Get(IReadOnlyDictionary<string, object> structure)
    {
        if (Tables.Plain(Definition) is ScriptBlock script)
        {
            return new ScriptDefinition(script).Create(Name, structure, Hyperparameter, ClassName);
        }

        string[] ofScripts = [nameof(Name), nameof(Hyperparameter), nameof(ClassName)];
        return Array.Find(ofScripts, MyInvocation.BoundParameters.ContainsKey) is { } given
            ? throw new ArgumentException($"-{given} is for a model that a script block builds; other definitions say it themselves.")
            : Definitions.Get(Definition, structure);
    }

    private ModelSession OpenBase()
    {
        string path = Tables.Plain(BaseModel) switch
        {
            CheckpointInfo checkpoint => checkpoint.Prefix,
            FileSystemInfo file => file.FullName,
            var name => ResolvePath(name!.ToString()!),
        };
        ModelSession session = ModelSession.Restore(path, new SessionOptions { Engines = Engines.All }, CancelToken);
        foreach (string warning in session.Warnings)
        {
            WriteWarning(warning);
        }

        return session;
    }
}
