using ModelSessions.Files;
using ModelSessions.Training;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <inheritdoc cref="ISessionContent.LastRestore"/>
    internal RestoreReport? LastRestore { get; private set; }

    /// <summary>Takes values of a checkpoint into this session. The checkpoint may be of any graph and any format, and needs no <c>.meta</c> file.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="options">What is restored; null for all variables by their names.</param>
    /// <param name="cancel">Leaves the session as it was. Values that take more than a quarter of the memory there is are not all read before the
    /// first one changes; of these the session is torn then.</param>
    /// <returns>What became of each variable.</returns>
    /// <exception cref="MissingVariableException">Variables have no fitting value in the checkpoint, and the options do not allow for that; nothing is changed then.</exception>
    /// <exception cref="ModelFileException">The checkpoint is damaged; the session is as it was, or torn, as if it were cancelled.</exception>
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
        bool isWhole = options.IsWhole && plan.Missing.Count + plan.Misfits.Count == 0 && saver == Saver;
        SessionState? state = isWhole && reader.Find(SessionState.TensorName) is not null ? SessionState.Parse(reader.Read(SessionState.TensorName, cancel), checkpoint.Prefix) : null;
        TrainingHistory? history = !isWhole ? null
            : isFirst ? HistoryJson.Read(Graph.Collections, $"The model '{checkpoint.Prefix}'", _warnings.Add) : HistoryJson.Read(checkpoint, _warnings.Add);

        // A session that is used already stays as it is until all values are read: by damage, or a user who stops it, nothing is lost.
        ValueSource source = new(reader, plan, options, cancel);
        bool ahead = !isFirst && source.Bytes <= LargestAhead();
        IEnumerable<(string Name, Tensor Value)> plain = Values(source, values[false], ahead), local = Values(source, values[true], ahead);
        if (ahead)
        {
            (plain, local) = (plain.ToArray(), local.ToArray());
            cancel.ThrowIfCancellationRequested();
        }

        // What is not read ahead may be damaged in the middle: some of this checkpoint and some of before are left then.
        IsTorn = true;
        Write(plain);
        InitializeLocal(guessInitializers);
        Write(local);

        (IReadOnlyList<string> initialized, IReadOnlyList<string> left) =
            variables.All(variable => variable.IsInitialized) || variables.ExceptBy(plan.Fitting.Select(variable => variable.Name), variable => variable.Name).All(variable => variable.IsInitialized)
                ? ([], [])
                : InitializeRest();
        if (state is not null)
        {
            StateSections = state.Sections;
            Engine.RestartGenerators(GivenSeed);
            Engine.RestoreState(state.Generators);
            Position = state.Position;
        }

        History = history ?? History;
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

        void Write(IEnumerable<(string Name, Tensor Value)> values)
        {
            foreach ((string name, Tensor value) in values)
            {
                Engine.WriteVariable(name, value, ahead ? CancellationToken.None : cancel);
            }
        }
    }

    private static long LargestAhead() => Math.Max(1L << 28, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    private IEnumerable<(string Name, Tensor Value)> Values(ValueSource source, IEnumerable<SavedVariable> variables, bool keep)
    {
        foreach (SavedVariable variable in variables)
        {
            source.Cancel.ThrowIfCancellationRequested();
            long before = source.Counter.Done;
            Tensor value = Read(source, variable, keep);
            source.Counter.Set(before + value.ByteLength);
            yield return (variable.Name, value);
        }
    }

    private ILookup<bool, SavedVariable> LocalLast(RestorePlan plan)
    {
        HashSet<string> local = [.. Graph.Builder.Variables(CollectionKeys.LocalVariables).Select(variable => variable.Name)];
        return plan.Fitting.ToLookup(variable => local.Contains(variable.Name));
    }

    private Tensor Read(ValueSource source, SavedVariable variable, bool keep)
    {
        (CheckpointReader reader, CancellationToken cancel) = (source.Reader, source.Cancel);
        if (variable.Slice.Length > 0)
        {
            return reader.ReadSlice(variable.CheckpointName, ShapeAndSlice.Parse(variable.Slice).Slice, cancel);
        }

        Tensor value = keep ? reader.Read(variable.CheckpointName, cancel) : reader.Borrow(variable.CheckpointName, cancel);
        if (!source.Options.Reshape && !variable.Reshape)
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

    /// <summary>Where values come from, and how many of their bytes have come.</summary>
    private sealed class ValueSource(CheckpointReader reader, RestorePlan plan, RestoreOptions options, CancellationToken cancel)
    {
        public CheckpointReader Reader => reader;

        public RestoreOptions Options => options;

        public CancellationToken Cancel => cancel;

        public WorkCounter Counter { get; } = reader.Counter = new(options.Progress, BytesOf(reader, plan), WorkUnit.Bytes);

        /// <summary>The bytes of all values.</summary>
        public long Bytes => BytesOf(reader, plan);

        private static long BytesOf(CheckpointReader reader, RestorePlan plan) =>
            WorkCounter.Sum(plan.Fitting.Select(variable => reader.Find(variable.CheckpointName)?.ByteLength ?? 0));
    }
}
