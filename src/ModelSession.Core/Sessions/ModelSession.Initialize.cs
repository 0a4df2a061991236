namespace ModelSessions;

public sealed partial class ModelSession
{
    private const string SeedSection = "initialize";

    /// <summary>How many training steps would be lost if the session were closed now: those since it was created, initialised, restored or saved.</summary>
    public long UnsavedSteps { get; internal set; }

    /// <summary>Gives variables their first values again, by their initialisers. Of the whole session, that is what <see cref="Create"/> does: all
    /// variables (optimizers' slots, the iteration and local ones, too), tables, random generators, the position in the data, what schedules and
    /// early stop remember; its history begins anew. A part changes nothing but these variables. Variables of a base model keep their values
    /// unless they are named.</summary>
    /// <param name="options">What, and with which seed; null for the whole session as it was when new.</param>
    /// <param name="cancel">Stops between nodes; the session is torn then.</param>
    /// <returns>The variables that have their first values again.</returns>
    /// <exception cref="GraphException">A pattern matches no variable, or there is nothing that initialises.</exception>
    /// <exception cref="SessionBusyException">Another thread trains it.</exception>
    public IReadOnlyList<string> Initialize(InitializeOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new InitializeOptions();
        CheckNotTrainedElsewhere("initialised");
        using Turn turn = Alone(cancel);
        return options.IsWhole ? InitializeAll(options.Seed, cancel) : InitializePart(options, cancel);
    }

    /// <summary>The variables that <see cref="Initialize(InitializeOptions, CancellationToken)"/> would give their first values.</summary>
    /// <inheritdoc cref="Initialize(InitializeOptions, CancellationToken)"/>
    public IReadOnlyList<string> ToBeInitialized(InitializeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return [.. options.IsWhole ? Written(WholeInitializers()) : Picked(options).Select(variable => variable.Name)];
    }

    private string[] InitializeAll(int? seed, CancellationToken cancel)
    {
        string[] initializers = WholeInitializers();
        if (initializers.Length == 0)
        {
            throw new GraphException(
                StatusCode.NotFound, $"The graph of '{this}' does not say how its variables get first values: it has no initialisers. Bind the operation that gives them as the role '{Roles.Initialize}'.");
        }

        int? given = seed ?? GivenSeed;
        IsTorn = true;
        _runners?.Dispose();
        _runners = null;
        Engine.ResetQueues();
        Engine.RestartGenerators(given);
        Run([], targets: initializers, cancel: cancel);
        if (_start is { } start)
        {
            RunStart(start, cancel);
        }
        else
        {
            InitializeLocal(guess: true);
        }

        StateSections = given is { } value ? new() { [SeedSection] = new System.Text.Json.Nodes.JsonObject { ["seed"] = value } } : [];
        (Position, Checkpoint, LastRun, LastRestore, History) = (null, null, null, null, new TrainingHistory());
        (IsTorn, HasChanged, HasDataEnded, UnsavedSteps) = (false, false, false, 0);
        return Written(initializers);
    }

    // The generators of what goes on are left where they are.
    private string[] InitializePart(InitializeOptions options, CancellationToken cancel)
    {
        GraphVariable[] variables = Picked(options);
        EngineState generators = Engine.CaptureState();
        try
        {
            Engine.RestartGenerators(options.Seed ?? GivenSeed);
            Run([], targets: [.. variables.Select(variable => variable.Initializer.Name)], cancel: cancel);
        }
        finally
        {
            Engine.RestartGenerators(GivenSeed);
            Engine.RestoreState(generators);
        }

        return [.. variables.Select(variable => variable.Name)];
    }

    private GraphVariable[] Picked(InitializeOptions options)
    {
        GraphVariable[] all = [.. Graph.Builder.Variables().Concat(Graph.Builder.Variables(CollectionKeys.LocalVariables)).DistinctBy(variable => variable.Name)];
        HashSet<string> picked = NamePatterns.Pick([.. all.Select(variable => variable.Name)], options.Include, options.Exclude, "variable with an initialiser");
        return picked.Count > 0
            ? [.. all.Where(variable => picked.Contains(variable.Name))]
            : throw new GraphException(StatusCode.NotFound, "No variable is left to be initialised: all that are included are excluded, too.");
    }

    private string[] WholeInitializers() => Binding.Name(Roles.Initialize) is { } bound
        ? [bound]
        : [.. Graph.Builder.Variables().Select(variable => variable.Initializer.Name).Distinct(StringComparer.Ordinal)];

    // What an initialiser reaches without a run: the variables whose own initialisers it waits for.
    private string[] Written(string[] initializers)
    {
        HashSet<GraphOperation> reached = [];
        Stack<GraphOperation> open = new(initializers.Select(Operation));
        while (open.TryPop(out GraphOperation? node))
        {
            if (reached.Add(node))
            {
                Array.ForEach([.. node.Inputs.Select(input => input.Operation), .. node.ControlInputs], open.Push);
            }
        }

        return [.. Graph.Builder.Variables().Where(variable => reached.Contains(variable.Initializer)).Select(variable => variable.Name)];
    }

    // Another than the graph's nodes have: of the last time that all was initialised.
    private int? GivenSeed => (int?)StateSections[SeedSection]?["seed"];
}
