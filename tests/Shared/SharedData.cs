namespace ModelSessions.Tests;

/// <summary>Finds reference data: in the folder beside the checkout, or the part of it that is committed (<c>tests/golden</c>). Tests that need
/// more skip, saying so.</summary>
internal static class SharedData
{
    /// <summary>The path of a file or folder below <c>shared</c>.</summary>
    public static string Require(string relative)
    {
        string? path = Find(relative);
        Assert.SkipWhen(path is null, $"'shared/{relative}' is not beside this checkout (set MODELSESSION_SHARED to the folder that holds it).");
        return path!;
    }

    /// <summary>A number of cases to be met: of the whole set, or where that is absent, of the committed part.</summary>
    public static int AtLeast(string relative, int whole, int committed) => Above("tests", relative) is { } part && Find(relative) == part ? committed : whole;

    private static string? Find(string relative)
    {
        if (Environment.GetEnvironmentVariable("MODELSESSION_SHARED") is { Length: > 0 } given)
        {
            string path = Path.Combine(given, relative);
            return Path.Exists(path) ? path : null;
        }

        return Above("shared", relative) ?? Above("tests", relative);
    }

    private static string? Above(string name, string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, name, relative);
            if (Path.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
