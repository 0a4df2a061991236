namespace ModelSessions;

/// <summary>Which files the ops of a graph may touch (ReadFile, WriteFile, readers, tables filled from text files, checkpoints saved and
/// restored by the graph's own nodes). A graph may come from anywhere: without permission, none. What a session itself saves and restores
/// needs none.</summary>
public sealed record FilePermissions
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    /// <summary>Nothing may be touched.</summary>
    public static FilePermissions None { get; } = new();

    /// <summary>Folders whose files, and those of folders inside, may be read.</summary>
    public IReadOnlyList<string> ReadFolders { get; init; } = [];

    /// <summary>Folders in which files and folders may be made, changed and removed. To be read, they must be among the others, too.</summary>
    public IReadOnlyList<string> WriteFolders { get; init; } = [];

    /// <summary>Everything in some folders may be read and written.</summary>
    public static FilePermissions All(params IReadOnlyList<string> folders) => new() { ReadFolders = folders, WriteFolders = folders };

    /// <summary>The full path of a file that may be read. Links are followed before the folders are compared.</summary>
    /// <param name="path">As the graph says it; relative to the current directory.</param>
    /// <exception cref="EngineException">It is in none of the folders (PermissionDenied).</exception>
    public string CheckRead(string path) => Check(path, ReadFolders, "read", nameof(ReadFolders));

    /// <summary>The full path of a file that may be written. Links are followed before the folders are compared.</summary>
    /// <inheritdoc cref="CheckRead"/>
    public string CheckWrite(string path) => Check(path, WriteFolders, "write", nameof(WriteFolders));

    private static string Check(string path, IReadOnlyList<string> folders, string what, string option)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0)
        {
            throw new EngineException(StatusCode.NotFound, "; No such file or directory: the graph names a file by an empty text.");
        }

        string? full = path.Contains('\0', StringComparison.Ordinal) ? null : Resolve(path);
        if (full is not null && folders.Any(folder => IsInside(full, Resolve(folder))))
        {
            return full;
        }

        bool isLink = full is not null && folders.Any(folder => IsInside(Path.GetFullPath(path), Path.GetFullPath(folder)));
        throw new EngineException(
            StatusCode.PermissionDenied,
            isLink ? $"The graph wants to {what} '{path}', which is a link to '{full}', out of the folder that it may {what} in. Put the file itself in the link's place, or name its folder in {nameof(FilePermissions)}.{option}."
            : $"The graph wants to {what} '{path}', which is in no folder that it may {what} in{(folders.Count == 0 ? "" : $" ({string.Join(", ", folders)})")}. To allow it, name the folder in {nameof(FilePermissions)}.{option}.");
    }

    private static bool IsInside(string path, string? folder) => folder is not null
        && (path == folder || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    // Where a path leads: each link on the way is followed, those in a link's own target, too. Null if they go round.
    private static string? Resolve(string path)
    {
        string full = Path.GetFullPath(path), resolved = Path.GetPathRoot(full)!;
        Stack<string> open = Parts(full[resolved.Length..], []);
        for (int links = 0; open.TryPop(out string? part);)
        {
            string next = Path.Combine(resolved, part);
            if (LinkTarget(next) is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MostLinks)
            {
                return null;
            }

            target = Path.GetFullPath(target, resolved);
            resolved = Path.GetPathRoot(target)!;
            open = Parts(target[resolved.Length..], open);
        }

        return resolved;
    }

    private static Stack<string> Parts(string path, Stack<string> rest)
    {
        foreach (string part in path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            rest.Push(part);
        }

        return rest;
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is not there is no link.
            return null;
        }
    }
}
