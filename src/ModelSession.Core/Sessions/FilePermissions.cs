namespace ModelSessions;

/// <summary>Which files the ops of a graph may touch (ReadFile, tables filled from text files, and the like). A graph may come from anywhere:
/// without permission, none. Saving and restoring checkpoints is the session's own doing and needs none.</summary>
public sealed record FilePermissions
{
    /// <summary>Nothing may be touched.</summary>
    public static FilePermissions None { get; } = new();

    /// <summary>Folders whose files, and those of folders inside, may be read.</summary>
    public IReadOnlyList<string> ReadFolders { get; init; } = [];

    /// <summary>The full path of a file that may be read. Links are followed before the folders are compared.</summary>
    /// <param name="path">As the graph says it; relative to the current directory.</param>
    /// <exception cref="EngineException">It is in none of the folders (PermissionDenied).</exception>
    public string CheckRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string full = Resolve(path);
        bool isLink = ReadFolders.Any(folder => IsInside(Path.GetFullPath(path), Path.GetFullPath(folder)));
        return ReadFolders.Any(folder => IsInside(full, Resolve(folder)))
            ? full
            : throw new EngineException(
                StatusCode.PermissionDenied,
                isLink ? $"The graph wants to read '{path}', which is a link to '{full}', out of the folder that it may read from. Put the file itself in the link's place, or name its folder in {nameof(FilePermissions)}.{nameof(ReadFolders)}."
                : $"The graph wants to read '{path}', which is in no folder that it may read from{(ReadFolders.Count == 0 ? "" : $" ({string.Join(", ", ReadFolders)})")}. To allow it, name the folder in {nameof(FilePermissions)}.{nameof(ReadFolders)}.");
    }

    private static bool IsInside(string path, string folder) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Resolve(string path)
    {
        string full = Path.GetFullPath(path), resolved = Path.GetPathRoot(full)!;
        foreach (string part in full[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            resolved = Path.Combine(resolved, part);
            try
            {
                resolved = Directory.ResolveLinkTarget(resolved, returnFinalTarget: true)?.FullName ?? resolved;
            }
            catch (IOException)
            {
                // What is not there is no link.
            }
        }

        return resolved;
    }
}
