using ModelSessions.Files;
using ModelSessions.Training;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>What became of each variable when the session was last restored; null if it never was.</summary>
    public RestoreReport? LastRestore { get; private set; }

    /// <summary>Takes values of a checkpoint into this session. The checkpoint may be of any graph and any format, and needs no <c>.meta</c> file.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="options">What is restored; null for all variables by their names.</param>
    /// <param name="cancel">Stops between variables; the session is torn then.</param>
    /// <returns>What became of each variable.</returns>
    /// <exception cref="MissingVariableException">Variables have no fitting value in the checkpoint, and the options do not allow for that; nothing is changed then.</exception>
    /// <exception cref="ModelFileException">The checkpoint is damaged; the session may be torn then.</exception>
    /// <exception cref="GraphException">The options name variables that there are not.</exception>
    public RestoreReport Load(CheckpointInfo checkpoint, RestoreOptions? options = null, CancellationToken cancel = default) =>
        Load(Saver, checkpoint, options ?? new RestoreOptions(), cancel);

    // The graph's collections tell the history where graph and values come from one place; else the checkpoint's own graph does.
    internal RestoreReport Load(
        Saver saver, CheckpointInfo checkpoint, RestoreOptions options, CancellationToken cancel, bool guessInitializers = true, bool isFirst = false)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        CheckNotTrainedElsewhere("given other values");
        using Turn turn = Alone(cancel);
        using CheckpointReader reader = CheckpointReader.Open(checkpoint.Prefix);
        IReadOnlyList<VariableInfo> variables = Engine.Variables;
        RestorePlan plan = RestorePlan.Make(saver.Variables, Graph, variables, reader, options);
        if (!options.Partial)
        {
            plan.Demand(checkpoint);
        }

        // What is saved although it is local is not to be lost to the local initialisers.
        ILookup<bool, SavedVariable> values = LocalLast(plan);
        // Until all are read: damage in the middle leaves some of this checkpoint and some of before.
        IsTorn = true;
        Write(values[false]);
        InitializeLocal(guessInitializers);
        Write(values[true]);

        (IReadOnlyList<string> initialized, IReadOnlyList<string> left) =
            variables.All(variable => variable.IsInitialized) || variables.ExceptBy(plan.Fitting.Select(variable => variable.Name), variable => variable.Name).All(variable => variable.IsInitialized)
                ? ([], [])
                : InitializeRest();
        bool isWhole = options.IsWhole && plan.Missing.Count + plan.Misfits.Count == 0 && saver == Saver;
        if (isWhole && reader.Find(SessionState.TensorName) is not null)
        {
            SessionState state = SessionState.Parse(reader.Read(SessionState.TensorName, cancel), checkpoint.Prefix);
            StateSections = state.Sections;
            Engine.RestartGenerators(GivenSeed);
            Engine.RestoreState(state.Generators);
            Position = state.Position;
        }

        if (isWhole)
        {
            History = isFirst ? HistoryJson.Read(Graph.Collections, $"The model '{checkpoint.Prefix}'", _warnings.Add) : HistoryJson.Read(checkpoint, _warnings.Add);
        }

        Checkpoint = checkpoint;
        IsTorn = false;
        HasChanged = !isWhole;
        UnsavedSteps = 0;
        return LastRestore = new RestoreReport(checkpoint)
        {
            Restored = [.. plan.Fitting.Select(variable => new RestoredVariable(variable.Name, variable.CheckpointName))],
            Missing = [.. plan.Missing.Select(variable => variable.Name)],
            Misfits = plan.Misfits,
            Unused = plan.Unused,
            Initialized = initialized,
            Uninitialized = left,
        };

        void Write(IEnumerable<SavedVariable> variables)
        {
            foreach (SavedVariable variable in variables)
            {
                cancel.ThrowIfCancellationRequested();
                Engine.WriteVariable(variable.Name, Read(reader, variable, options, cancel));
            }
        }
    }

    private ILookup<bool, SavedVariable> LocalLast(RestorePlan plan)
    {
        HashSet<string> local = [.. Graph.Builder.Variables(CollectionKeys.LocalVariables).Select(variable => variable.Name)];
        return plan.Fitting.ToLookup(variable => local.Contains(variable.Name));
    }

    private Tensor Read(CheckpointReader reader, SavedVariable variable, RestoreOptions options, CancellationToken cancel)
    {
        if (variable.Slice.Length > 0)
        {
            return reader.ReadSlice(variable.CheckpointName, ShapeAndSlice.Parse(variable.Slice).Slice, cancel);
        }

        Tensor value = reader.Borrow(variable.CheckpointName, cancel);
        if (!options.Reshape && !variable.Reshape)
        {
            return value;
        }

        Shape shape = Graph.Operation(variable.Name).Shape("shape");
        // Only what may be given another shape has one that differs: the plan has seen to that.
        return shape.IsFullyDefined && shape.ElementCount == value.ElementCount && !shape.IsCompatibleWith(value.Shape) ? new Tensor(value.DType, shape, value.Buffer) : value;
    }

    // What the checkpoint does not give a value gets its initial one, as far as the graph says how.
    private (IReadOnlyList<string> Initialized, IReadOnlyList<string> Left) InitializeRest()
    {
        HashSet<string> empty = [.. Engine.Variables.Where(variable => !variable.IsInitialized).Select(variable => variable.Name)];
        if (empty.Count == 0)
        {
            return ([], []);
        }

        foreach (GraphVariable variable in Graph.Builder.Variables().Concat(Graph.Builder.Variables(CollectionKeys.LocalVariables)).Where(variable => empty.Contains(variable.Name)))
        {
            try
            {
                Run([], targets: [variable.Initializer.Name]);
            }
            catch (Exception error) when (error is EngineException or UnsupportedFeatureException or GraphException)
            {
                // It needs what is fed, or ops that the engine lacks: it stays without a value, which the report tells.
            }
        }

        HashSet<string> left = [.. Engine.Variables.Where(variable => !variable.IsInitialized).Select(variable => variable.Name)];
        return ([.. empty.Where(name => !left.Contains(name))], [.. left.Where(empty.Contains)]);
    }
}
