namespace ModelSessions.Cpu.Execution;

/// <summary>The files that ops of a graph may read: those in folders that the session's owner allowed.</summary>
internal sealed class FileGate(FilePermissions permissions)
{
    /// <summary>A whole file.</summary>
    /// <exception cref="EngineException">It is not allowed (PermissionDenied), or not there (NotFound).</exception>
    public byte[] Read(string path) => With(path, File.ReadAllBytes);

    /// <summary>A file, opened to be read from its start on.</summary>
    /// <inheritdoc cref="Read"/>
    public FileStream Open(string path) => With(path, File.OpenRead);

    /// <summary>The full path of a file that may be read.</summary>
    /// <inheritdoc cref="Read"/>
    public string Check(string path) => With(path, full => File.Exists(full) ? full : throw new FileNotFoundException(full));

    private T With<T>(string path, Func<string, T> read)
    {
        string full = permissions.CheckRead(path);
        try
        {
            return read(full);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EngineException(StatusCode.NotFound, $"{path}; No such file or directory", innerException: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(StatusCode.PermissionDenied, $"{path} cannot be read: {e.Message}", innerException: e);
        }
    }
}
