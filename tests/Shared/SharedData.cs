namespace ModelSessions.Tests;

/// <summary>Finds the folder of reference data beside the checkout; tests that need it skip, saying so, where it is absent.</summary>
internal static class SharedData
{
    /// <summary>The path of a file or folder below <c>shared</c>.</summary>
    public static string Require(string relative)
    {
        string? path = Find(relative);
        Assert.SkipWhen(path is null, $"'shared/{relative}' is not beside this checkout (set MODELSESSION_SHARED to the folder that holds it).");
        return path!;
    }

    private static string? Find(string relative)
    {
        if (Environment.GetEnvironmentVariable("MODELSESSION_SHARED") is { Length: > 0 } given)
        {
            string path = Path.Combine(given, relative);
            return Path.Exists(path) ? path : null;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", relative);
            if (Path.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
