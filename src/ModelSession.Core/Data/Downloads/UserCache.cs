namespace ModelSessions.Data;

/// <summary>The user's folder for what can be fetched again.</summary>
internal static class UserCache
{
    /// <summary>A folder in it: <c>~/.cache/modelsession/…</c>, or where the platform has such things. It need not exist.</summary>
    public static string Folder(string name) => Path.Combine(Root(), "modelsession", name);

    private static string Root()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            // The convention wants an absolute path, and any other to be passed over.
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } cache && Path.IsPathFullyQualified(cache) ? cache
            : Path.Combine(home, ".cache");
    }
}
