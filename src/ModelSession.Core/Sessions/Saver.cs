using ModelSessions.Files;

namespace ModelSessions;

/// <summary>Saves and restores variables of a session, and knows which checkpoints it has saved. A session has one for all its variables
/// and may have others: for a part of them, under other names, with other rules of retention.</summary>
public sealed class Saver : ISaverContent
{
    private readonly ModelSession _session;
    private GraphSaver _graph;
    private readonly CheckpointHistory _history;

    internal Saver(ModelSession session, GraphSaver graph, CheckpointOptions options, SaverOptions? addedWith = null)
    {
        _session = session;
        _graph = graph;
        _history = new CheckpointHistory(options);
        Options = options;
        Variables = [.. graph.Variables];
        AddedWith = addedWith;
    }

    /// <summary>What it was added with; null for the session's own.</summary>
    internal SaverOptions? AddedWith { get; }

    /// <summary>How its checkpoints are kept.</summary>
    public CheckpointOptions Options { get; }

    /// <inheritdoc cref="ISaverContent.Variables"/>
    internal IReadOnlyList<SavedVariable> Variables { get; private set; }

    IReadOnlyList<SavedVariable> ISaverContent.Variables => Variables;

    /// <summary>The prefixes of the checkpoints that it remembers, oldest first: those that count for retention.</summary>
    public IReadOnlyList<string> LastCheckpoints => [.. _history.Last.Select(checkpoint => checkpoint.Prefix)];

    /// <summary>Remembers these checkpoints and no others, as if they had been saved at the given times.</summary>
    public void SetLastCheckpoints(IEnumerable<KeyValuePair<string, DateTimeOffset>> checkpoints)
    {
        ArgumentNullException.ThrowIfNull(checkpoints);
        _history.Set(checkpoints.Select(pair => new RememberedCheckpoint(Path.GetFullPath(pair.Key), CheckpointHistory.Seconds(pair.Value))));
    }

    /// <summary>Remembers these checkpoints and no others. Since it is not known when they were saved, none of them is ever removed.</summary>
    public void SetLastCheckpoints(IEnumerable<string> prefixes)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        _history.Set(prefixes.Select(prefix => new RememberedCheckpoint(Path.GetFullPath(prefix), double.PositiveInfinity)));
    }

    /// <summary>Remembers those of these checkpoints that are there, by the times of their files.</summary>
    public void RecoverLastCheckpoints(IEnumerable<string> prefixes)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        SetLastCheckpoints(prefixes.Select(prefix => (prefix, time: CheckpointStateFile.TimeOf(prefix))).Where(pair => pair.time is not null)
            .Select(pair => KeyValuePair.Create(pair.prefix, pair.time!.Value)));
    }

    /// <summary>Saves a checkpoint that this library and TensorFlow restore. Whatever happens meanwhile, the folder keeps a whole one.</summary>
    /// <param name="options">Where and how; null for the session's folder.</param>
    /// <param name="cancel">Leaves the folder as it was.</param>
    /// <exception cref="ModelFileException">The folder cannot be written, or the disk is full.</exception>
    /// <exception cref="EngineException">A variable has no value, or the session is torn.</exception>
    public CheckpointInfo Save(SaveOptions? options = null, CancellationToken cancel = default) => _session.Save(this, options ?? new SaveOptions(), cancel);

    /// <summary>Takes values of a checkpoint into the session.</summary>
    /// <param name="path">The checkpoint: a prefix, a folder (its newest), a member file or a state file.</param>
    /// <param name="options">What is restored; null for all variables by their names.</param>
    /// <param name="cancel">Stops between variables; the session is torn then.</param>
    /// <returns>What became of each variable.</returns>
    /// <exception cref="MissingVariableException">Variables have no fitting value in the checkpoint, and the options do not allow for that; nothing is changed then.</exception>
    /// <exception cref="ModelFileException">The checkpoint is damaged; the session may be torn then.</exception>
    /// <exception cref="GraphException">The options name variables that there are not.</exception>
    public RestoreReport Restore(string path, RestoreOptions? options = null, CancellationToken cancel = default) =>
        _session.Load(this, CheckpointFolder.Resolve(path), options ?? new RestoreOptions(), cancel);

    /// <summary>A saver of the same nodes that keeps one checkpoint, and counts no others.</summary>
    internal Saver ForOne() => new(_session, _graph, Options with { MaxToKeep = 1, KeepEveryHours = CheckpointOptions.NeverKept, CountExisting = true });

    /// <summary>Takes in all variables of the graph, which has grown, and goes on with the same checkpoints.</summary>
    internal void Extend()
    {
        _graph = GraphSaver.Attach(_session.Graph, Options);
        Variables = [.. _graph.Variables];
    }

    /// <summary>Which nodes TensorFlow is to run; null where there is nothing to save.</summary>
    internal Protos.SaverDef? Definition => _graph.Definition;

    /// <summary>Adds all variables to a bundle, whatever data files the saver would spread them over.</summary>
    internal void AddTensors(BundleWriter bundle, Func<SavedVariable, Action<Tensor>, bool> lend, Action<WorkProgress>? progress, CancellationToken cancel)
    {
        bundle.Written = Counting(lend, progress);
        AddTensors(bundle, Variables, lend, cancel);
    }

    internal CheckpointInfo Write(string folder, SaveOptions options, long? iteration, Func<SavedVariable, Action<Tensor>, bool> lend, Tensor? state, SessionRecord record, CancellationToken cancel)
    {
        Action<long>? written = Counting(lend, options.Progress);
        List<Action<BundleWriter>> shards =
        [
            .. _graph.Shards.Select<IReadOnlyList<SavedVariable>, Action<BundleWriter>>(shard => bundle =>
            {
                bundle.Written = written;
                AddTensors(bundle, shard, lend, cancel);
            }),
        ];
        if (state is not null)
        {
            Action<BundleWriter> first = shards[0];
            shards[0] = bundle =>
            {
                first(bundle);
                bundle.Add(SessionState.TensorName, state, cancel);
            };
        }

        CheckpointContent content = new(shards, () =>
        {
            record.WriteTo(_session.Graph.Collections);
            return MetaGraphExporter.Export(_session.Graph, new MetaGraphExportOptions { Saver = _graph.Definition });
        })
        {
            FirstFormat = AddedWith is not { FirstFormat: true } ? null : tensors =>
            {
                tensors.Written = written;
                Note(tensors, lend, state);
            },
        };
        return CheckpointWriter.Write(folder, options, iteration, content, Options, _history, cancel);
    }

    private Action<long>? Counting(Func<SavedVariable, Action<Tensor>, bool> lend, Action<WorkProgress>? progress)
    {
        if (progress is null)
        {
            return null;
        }

        long total = 0;
        foreach (SavedVariable variable in Variables)
        {
            lend(variable, value => total += value.ByteLength);
        }

        return new WorkCounter(progress, total, WorkUnit.Bytes).Add;
    }

    // What is noted is written later, in the order of keys: it must not change until then.
    private void Note(CheckpointV1Writer tensors, Func<SavedVariable, Action<Tensor>, bool> lend, Tensor? state)
    {
        foreach (SavedVariable variable in Variables)
        {
            ShapeAndSlice? place = variable.Slice.Length > 0 ? ShapeAndSlice.Parse(variable.Slice) : null;
            if (!lend(variable, value => tensors.AddSlice(variable.CheckpointName, place?.Full ?? value.Shape, place?.Slice ?? TensorSlice.Whole(value.Shape.Rank), value.Clone())))
            {
                throw ModelSession.NoValue(variable.Name);
            }
        }

        if (state is not null)
        {
            tensors.Add(SessionState.TensorName, state);
        }
    }

    private static void AddTensors(BundleWriter bundle, IReadOnlyList<SavedVariable> shard, Func<SavedVariable, Action<Tensor>, bool> lend, CancellationToken cancel)
    {
        // One for all: there may be very many.
        SavedVariable current = default;
        Action<Tensor> add = value => Add(bundle, current, value, cancel);
        foreach (SavedVariable variable in shard)
        {
            current = variable;
            if (!lend(variable, add))
            {
                throw ModelSession.NoValue(variable.Name);
            }
        }
    }

    private static void Add(BundleWriter bundle, SavedVariable variable, Tensor value, CancellationToken cancel)
    {
        if (variable.Slice.Length == 0)
        {
            bundle.Add(variable.CheckpointName, value, cancel);
            return;
        }

        ShapeAndSlice place = ShapeAndSlice.Parse(variable.Slice);
        bundle.AddSlice(variable.CheckpointName, place.Full, place.Slice, value, cancel);
    }
}
