namespace ModelSessions;

/// <summary>A checkpoint in a folder.</summary>
/// <param name="Prefix">What its files' names begin with, a full path: <c>…/model.ckpt-500</c>.</param>
/// <param name="Iteration">The number at the end of the prefix; null if there is none.</param>
/// <param name="Time">When it was written.</param>
/// <param name="ByteLength">The size of its files together.</param>
/// <param name="HasGraph">Whether its own <c>.meta</c> file is there.</param>
/// <param name="IsNewest">Whether its folder's state file names it as the newest, or, without one, it is.</param>
public sealed record CheckpointInfo(string Prefix, long? Iteration, DateTime Time, long ByteLength, bool HasGraph, bool IsNewest)
{
    /// <summary>Whether retention leaves it alone; see <see cref="CheckpointFolder.Keep"/>.</summary>
    public bool IsKept { get; init; }

    /// <summary>The prefix without its folder: <c>model.ckpt-500</c>.</summary>
    public string Name => Path.GetFileName(Prefix);

    /// <summary>The folder.</summary>
    public string Folder => Path.GetDirectoryName(Prefix)!;

    /// <summary>The prefix, so that it can be given where a path is asked for.</summary>
    public override string ToString() => Prefix;
}
