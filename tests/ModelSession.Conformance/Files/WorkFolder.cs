namespace ModelSessions.Conformance.Files;

/// <summary>An empty folder for the files that a case writes, removed with it.</summary>
internal sealed class WorkFolder : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("model-session-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
