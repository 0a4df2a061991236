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
    public CheckpointInfo Save(string? folder = null, string name = DefaultCheckpointName, CancellationToken cancel = default)
    {
        string target = folder ?? Directory ?? throw new ModelFileException(
            StatusCode.InvalidArgument, null, "the session has no folder of its own. Say where the checkpoint is to go, or create the session with a directory.");
        if (IsTorn)
        {
            throw new EngineException(StatusCode.FailedPrecondition, "A training step of this session failed half-way; its variables may not fit together, so it is not saved. Restore it from its last checkpoint.");
        }

        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.IndexOfAny([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar]) >= 0 || name is "." or "..")
        {
            throw new ModelFileException(StatusCode.InvalidArgument, name, "the name of a checkpoint cannot have folders in it; give the folder as the path.");
        }

        new SessionRecord(Name, Parameters, Seed, Binding, _hyperparameters).WriteTo(Graph.Collections);
        MetaGraphDef meta = MetaGraphWriter.Write(Graph, _saver.Definition);
        Checkpoint = CheckpointWriter.Write(target, name, Iteration, bundle => AddTensors(bundle, cancel), meta, _options.Checkpoints, cancel);
        HasChanged = false;
        Directory ??= Checkpoint.Folder;
        return Checkpoint;
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
