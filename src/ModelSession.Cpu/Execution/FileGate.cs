namespace ModelSessions.Cpu.Execution;

/// <summary>The files that ops of a graph may read: those in folders that the session's owner allowed.</summary>
internal sealed class FileGate(FilePermissions permissions)
{
    /// <summary>A whole file.</summary>
    /// <exception cref="EngineException">It is not allowed (PermissionDenied), or not there (NotFound).</exception>
    public byte[] Read(string path)
    {
        string full = permissions.CheckRead(path);
        try
        {
            return File.ReadAllBytes(full);
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
