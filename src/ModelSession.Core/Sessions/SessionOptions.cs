namespace ModelSessions;

/// <summary>How a session is created or restored.</summary>
public sealed record SessionOptions
{
    /// <summary>The engines to choose from: the first that can run everything the binding names is taken.</summary>
    public IReadOnlyList<IEngine> Engines { get; init; } = [];

    /// <summary>Forces an engine by its name; null leaves the choice open.</summary>
    public string? EngineName { get; init; }

    /// <summary>Threads for one run; 0 = all processors. Results do not depend on it.</summary>
    public int ThreadCount { get; init; }

    /// <summary>The seed of initial values, dropout and shuffling; null draws one. A restored session has its own already.</summary>
    public int? Seed { get; init; }

    /// <summary>Which files the graph's ops may touch; none unless allowed.</summary>
    public FilePermissions Files { get; init; } = FilePermissions.None;

    /// <summary>The most bytes that the tensors of all runs may take at a time, variables apart; 0 for the memory that the process can have. A
    /// run that needs more fails (ResourceExhausted) and the session stays usable.</summary>
    public long MemoryLimit { get; init; }

    /// <summary>The session's own folder, where checkpoints go unless told otherwise; null if it has none yet.</summary>
    public string? Directory { get; init; }

    /// <summary>How checkpoints are kept.</summary>
    public CheckpointOptions Checkpoints { get; init; } = new();

    /// <summary>On creating, the model that the new one is built on: its graph is there under a scope (<see cref="GraphBuilder.Base"/>), with its
    /// values. Null for none.</summary>
    public BaseModelOptions? Base { get; init; }

    /// <summary>On creating, names of the variables that are trained, in which <c>*</c> and <c>?</c> stand for any letters, the base's by their
    /// names in its scope; null for all that the model, and its base, say are trainable.</summary>
    public IReadOnlyList<string>? Trainable { get; init; }

    /// <summary>On restoring, whether as many checkpoints are kept, and as long, as the graph's own saver says, in place of <see cref="Checkpoints"/>.</summary>
    public bool RetentionOfGraph { get; init; }

    /// <summary>On restoring, the structure that the model must have; null takes what there is.</summary>
    public IReadOnlyDictionary<string, object>? Structure { get; init; }

    /// <summary>On restoring, roles that are added to those stored, or put in their place; null for none.</summary>
    public Binding? Binding { get; init; }

    /// <summary>On restoring, whether nodes keep the devices that they ask for, which are mostly those of another machine.</summary>
    public bool KeepDevices { get; init; }

    /// <summary>On restoring, whether stored shapes of outputs that contradict the graph are passed over with a warning. Else they are an
    /// error, as in TensorFlow.</summary>
    public bool IgnoreShapeConflicts { get; init; }

    /// <summary>On restoring, the scope that the graph comes into: all names get it. Empty for none.</summary>
    public string Scope { get; init; } = "";

    /// <summary>On opening a SavedModel, the tags of the graph that is wanted, all of them in any order; null for its only graph, or the one
    /// for serving.</summary>
    public IReadOnlyCollection<string>? Tags { get; init; }

    /// <summary>What of a checkpoint is restored, and into which variables; null for all of them by their names.</summary>
    public RestoreOptions? Restore { get; init; }
}
