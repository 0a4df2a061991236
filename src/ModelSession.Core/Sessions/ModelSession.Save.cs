using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>The beginning of a checkpoint's prefix, unless told otherwise.</summary>
    public const string DefaultCheckpointName = "model.ckpt";

    /// <summary>Saves a checkpoint that this library and TensorFlow restore. Whatever happens meanwhile, the folder keeps a whole one.</summary>
    /// <param name="folder">The folder; null for the session's own.</param>
    /// <param name="name">The beginning of the prefix; <c>-iteration</c> follows, where the graph counts.</param>
    /// <param name="cancel">Leaves the folder as it was.</param>
    /// <exception cref="ModelFileException">The folder cannot be written, or the disk is full.</exception>
    /// <exception cref="EngineException">A variable has no value, or the session is torn.</exception>
    public CheckpointInfo Save(string? folder = null, string name = DefaultCheckpointName, CancellationToken cancel = default) =>
        Save(new SaveOptions { Folder = folder, Name = name }, cancel);

    /// <inheritdoc cref="Save(string?, string, CancellationToken)"/>
    /// <param name="options">Where and how.</param>
    /// <param name="cancel">Leaves the folder as it was.</param>
    public CheckpointInfo Save(SaveOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        string target = options.Folder ?? Directory ?? throw new ModelFileException(
            StatusCode.InvalidArgument, null, "the session has no folder of its own. Say where the checkpoint is to go, or create the session with a directory.");
        if (IsTorn)
        {
            throw new EngineException(StatusCode.FailedPrecondition, "A training step of this session failed half-way; its variables may not fit together, so it is not saved. Restore it from its last checkpoint.");
        }

        CheckpointContent content = new([bundle => AddTensors(bundle, cancel)], WholeGraph);
        Checkpoint = CheckpointWriter.Write(
            target, options, options.WithIteration ? options.Iteration ?? Iteration : null, content, _options.Checkpoints, _history, cancel);
        HasChanged = false;
        Directory ??= Checkpoint.Folder;
        return Checkpoint;

        MetaGraphDef WholeGraph()
        {
            Record(Binding).WriteTo(Graph.Collections);
            return MetaGraphExporter.Export(Graph, new MetaGraphExportOptions { Saver = _saver.Definition });
        }
    }

    private void AddTensors(BundleWriter bundle, CancellationToken cancel)
    {
        foreach (SavedVariable variable in _saver.Variables)
        {
            if (!Engine.LendVariable(variable.Name, value => bundle.Add(variable.CheckpointName, value, cancel)))
            {
                throw NoValue(variable.Name);
            }
        }

        bundle.Add(SessionState.TensorName, new SessionState(Engine.CaptureState(), Position).ToTensor(), cancel);
    }
}
