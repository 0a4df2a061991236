namespace ModelSessions.PowerShell;

/// <summary>A model by its files: a path, or a checkpoint that was listed. Parameters take either.</summary>
public sealed class ModelFile
{
    /// <summary>What Restore-ModelSession opens: a folder, a prefix, a graph, a SavedModel.</summary>
    /// <param name="path">A path of PowerShell.</param>
    public ModelFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = path;
    }

    /// <summary>A checkpoint.</summary>
    /// <param name="checkpoint">From Get-ModelCheckpoint or Save-ModelCheckpoint.</param>
    public ModelFile(CheckpointInfo checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        (Path, IsResolved) = (checkpoint.Prefix, true);
    }

    /// <summary>The path.</summary>
    public string Path { get; }

    /// <summary>Whether it is one of the file system already.</summary>
    internal bool IsResolved { get; }

    /// <summary>The path.</summary>
    public override string ToString() => Path;
}
