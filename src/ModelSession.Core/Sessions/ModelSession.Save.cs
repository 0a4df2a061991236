namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>The beginning of a checkpoint's prefix, unless told otherwise.</summary>
    public const string DefaultCheckpointName = "model.ckpt";

    private readonly List<Saver> _savers = [];
    private Saver? _bestSaver;

    /// <inheritdoc cref="ISessionContent.Saver"/>
    internal Saver Saver => _savers[0];

    /// <inheritdoc cref="ISessionContent.Savers"/>
    internal IReadOnlyList<Saver> Savers => _savers;

    /// <summary>Saves all variables by the nodes of <see cref="Saver"/>, and keeps one checkpoint: the best so far.</summary>
    internal Saver BestSaver => _bestSaver ??= Saver.ForOne();

    /// <summary>Adds a saver of its own: for a part of the variables, under other names, with other rules of retention. It gets nodes in the
    /// graph, so that TensorFlow can restore what it saves. Two savers in one folder need different names or state files.</summary>
    /// <exception cref="GraphException">Variables are named that the graph does not have, or two that would be saved under one name.</exception>
    public Saver AddSaver(SaverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckpointOptions checkpoints = options.Checkpoints ?? _options.Checkpoints;
        Saver saver = new(this, GraphSaver.Attach(Graph, checkpoints, options), checkpoints, options);
        _savers.Add(saver);
        return saver;
    }

    /// <summary>The saver that was added with the same options, or a new one.</summary>
    /// <inheritdoc cref="AddSaver"/>
    public Saver SaverFor(SaverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _savers.Find(saver => saver.AddedWith is { } known && known.IsLike(options)) ?? AddSaver(options);
    }

    /// <summary>Saves a checkpoint that this library and TensorFlow restore. Whatever happens meanwhile, the folder keeps a whole one.</summary>
    /// <param name="folder">The folder; null for the session's own.</param>
    /// <param name="name">The beginning of the prefix; <c>-iteration</c> follows, where the graph counts.</param>
    /// <param name="cancel">Leaves the folder as it was.</param>
    /// <exception cref="ModelFileException">The folder cannot be written, or the disk is full.</exception>
    /// <exception cref="EngineException">A variable has no value, or the session is torn.</exception>
    public CheckpointInfo Save(string? folder = null, string name = DefaultCheckpointName, CancellationToken cancel = default) =>
        Saver.Save(new SaveOptions { Folder = folder, Name = name }, cancel);

    internal CheckpointInfo Save(Saver saver, SaveOptions options, CancellationToken cancel)
    {
        string target = options.Folder ?? Directory ?? throw new ModelFileException(
            StatusCode.InvalidArgument, null, "The session has no folder of its own. Say where the checkpoint is to go, or create the session with a directory.");
        using Turn turn = Alone(cancel);
        CheckWhole();
        // A part of the variables is no state of training.
        bool isWhole = saver.AddedWith is null or { IsWhole: true };
        CheckpointInfo saved = saver.Write(
            target,
            options,
            options.WithIteration ? options.Iteration ?? Iteration : null,
            (variable, read) => Engine.LendVariable(variable.Name, read),
            isWhole ? new SessionState(Engine.CaptureState(), Position, StateSections).ToTensor() : null,
            Record(Binding),
            cancel);
        History.Saved(saved);
        if (isWhole)
        {
            Checkpoint = saved;
            HasChanged = false;
            UnsavedSteps = 0;
            Directory ??= saved.Folder;
        }

        return saved;
    }

    private void CheckWhole()
    {
        if (IsTorn)
        {
            throw new EngineException(StatusCode.FailedPrecondition, "A training step, a restore or an initialisation of this session ended half-way; its variables may not fit together, so it is not saved. Restore it from a checkpoint (Restore-ModelCheckpoint), or give it first values again (Initialize-ModelSession).");
        }
    }
}
