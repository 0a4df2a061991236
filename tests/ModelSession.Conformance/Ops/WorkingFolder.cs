namespace ModelSessions.Conformance.Ops;

/// <summary>A new folder that is the working directory until it is disposed: the cases read and write files by relative paths.</summary>
internal sealed class WorkingFolder : IDisposable
{
    private readonly string _before = Environment.CurrentDirectory;
    private readonly string _folder = Directory.CreateTempSubdirectory("conformance-").FullName;

    /// <summary>Enters the folder, which holds the files given: name → base64.</summary>
    public WorkingFolder(IReadOnlyDictionary<string, string>? files)
    {
        foreach ((string name, string content) in files ?? new Dictionary<string, string>())
        {
            string path = Path.Combine(_folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Convert.FromBase64String(content));
        }

        Environment.CurrentDirectory = _folder;
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(_folder, recursive: true);
    }
}
