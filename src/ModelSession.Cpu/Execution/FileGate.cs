using ModelSessions.Files;

namespace ModelSessions.Cpu.Execution;

/// <summary>The files that ops of a graph may read and write: those in folders that the session's owner allowed. Errors have TensorFlow's codes.</summary>
internal sealed class FileGate(FilePermissions permissions)
{
    /// <summary>A whole file.</summary>
    /// <exception cref="EngineException">It is not allowed (PermissionDenied), not there (NotFound), or none (FailedPrecondition).</exception>
    public byte[] Read(string path) => With(path, permissions.CheckRead(path), static full => File.ReadAllBytes(Openable.Of(full)));

    /// <summary>A file, opened to be read from its start on.</summary>
    /// <inheritdoc cref="Read"/>
    public FileStream Open(string path) => With(path, permissions.CheckRead(path), static full => File.OpenRead(Openable.Of(full)));

    /// <summary>The full path of a file that may be read.</summary>
    /// <inheritdoc cref="Read"/>
    public string Check(string path) => With(path, permissions.CheckRead(path), full => File.Exists(full) ? full : throw new FileNotFoundException(full));

    /// <summary>Writes a whole file, in folders that are made if need be.</summary>
    /// <inheritdoc cref="Read"/>
    public void Write(string path, ReadOnlyMemory<byte> content) => With(path, permissions.CheckWrite(path), full =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content.Span);
        return true;
    });

    /// <summary>Writes at the end of a file, in a folder that is there.</summary>
    /// <inheritdoc cref="Read"/>
    public void Append(string path, ReadOnlyMemory<byte> content) => With(path, permissions.CheckWrite(path), full =>
    {
        File.AppendAllBytes(full, content.Span);
        return true;
    });

    /// <summary>That files whose names begin so may be read.</summary>
    /// <exception cref="EngineException">They may not (PermissionDenied).</exception>
    public void CheckRead(string prefix) => permissions.CheckRead(prefix);

    /// <summary>That files whose names begin so may be written.</summary>
    /// <exception cref="EngineException">They may not (PermissionDenied).</exception>
    public void CheckWrite(string prefix) => permissions.CheckWrite(prefix);

    /// <summary>The names in a folder; none if it is none, or cannot be listed.</summary>
    /// <exception cref="EngineException">It is not allowed (PermissionDenied).</exception>
    public IReadOnlyList<string> List(string folder)
    {
        string full = permissions.CheckRead(folder);
        try
        {
            return [.. new DirectoryInfo(full).EnumerateFileSystemInfos().Select(entry => entry.Name)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Whether there is a file or folder that may be read.</summary>
    /// <exception cref="EngineException">It is not allowed (PermissionDenied).</exception>
    public bool Exists(string path) => Path.Exists(permissions.CheckRead(path));

    /// <summary>Whether there is a file, and no folder, that may be read.</summary>
    /// <exception cref="EngineException">It is not allowed (PermissionDenied).</exception>
    public bool IsFile(string path) => File.Exists(permissions.CheckRead(path));

    private static T With<T>(string path, string full, Func<string, T> use)
    {
        try
        {
            return Directory.Exists(full) ? throw Precondition(path, "Is a directory", null) : use(full);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw HasFileAbove(full) ? Precondition(path, "Not a directory", e) : new EngineException(StatusCode.NotFound, $"{path}; No such file or directory", innerException: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HasFileAbove(full) ? Precondition(path, "Not a directory", e)
                : new EngineException(StatusCode.PermissionDenied, $"{path} cannot be accessed: {e.Message}", innerException: e);
        }
    }

    private static EngineException Precondition(string path, string what, Exception? cause) => new(StatusCode.FailedPrecondition, $"{path}; {what}", innerException: cause);

    private static bool HasFileAbove(string full)
    {
        for (string? folder = Path.GetDirectoryName(full); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(folder))
            {
                return true;
            }
        }

        return false;
    }
}
