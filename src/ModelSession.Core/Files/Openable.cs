namespace ModelSessions.Files;

/// <summary>Files by the names that users give them.</summary>
internal static class Openable
{
    private const string Nothing = "/dev/null";

    /// <summary>The file to open for a path: itself, if it says that there is something in it. What says that it is empty may be a named pipe, whose
    /// opening waits for another process for as long as it takes and heeds no Ctrl+C, or a device without an end; it is taken at its word.</summary>
    public static string Of(string path) => !OperatingSystem.IsWindows() && new FileInfo(path) is { Exists: true, Length: 0 } ? Nothing : path;
}
