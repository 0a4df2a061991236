namespace ModelSessions;

/// <summary>Where and how one checkpoint is saved: the arguments of TensorFlow's <c>Saver.save</c>.</summary>
public sealed record SaveOptions
{
    /// <summary>The folder; null for the session's own.</summary>
    public string? Folder { get; init; }

    /// <summary>The beginning of the files' names.</summary>
    public string Name { get; init; } = ModelSession.DefaultCheckpointName;

    /// <summary>The number at the end of the name; null for the session's iteration. It may be negative.</summary>
    public long? Iteration { get; init; }

    /// <summary>Whether the name ends with the iteration.</summary>
    public bool WithIteration { get; init; } = true;

    /// <summary>The name of the state file, in which <c>latest_checkpoint</c> finds the newest: <c>latest_filename</c>.</summary>
    public string StateFile { get; init; } = CheckpointFolder.DefaultStateFile;

    /// <summary>Whether the state file is written. Without, no retention counts the checkpoint, and none goes for it.</summary>
    public bool WriteState { get; init; } = true;

    /// <summary>Whether the graph is written beside: <c>write_meta_graph</c>.</summary>
    public bool WriteGraph { get; init; } = true;

    /// <summary>The end of the graph file's name: <c>meta_graph_suffix</c>.</summary>
    public string GraphSuffix { get; init; } = "meta";

    /// <summary>Whether the folders above the folder are made, too, if they are not there; else that is an error, as in TensorFlow.</summary>
    public bool CreateParents { get; init; } = true;

    /// <summary>Whether the checkpoint is kept for good from the start; see <see cref="CheckpointFolder.Keep"/>.</summary>
    public bool Keep { get; init; }

    /// <summary>Is told how many bytes of values are written.</summary>
    public Action<WorkProgress>? Progress { get; init; }
}
