using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>A SavedModel's graphs as they stand in its file.</summary>
internal sealed class SavedModelReader
{
    private readonly string _path;

    private SavedModelReader(string folder, string path, SavedModel model)
    {
        Folder = folder;
        _path = path;
        Model = model;
    }

    /// <summary>The model's folder.</summary>
    public string Folder { get; }

    /// <summary>The message.</summary>
    public SavedModel Model { get; }

    /// <summary>Whether it is text.</summary>
    public bool IsText => _path.EndsWith(SavedModelKeys.TextFile, StringComparison.Ordinal);

    /// <summary>The prefix of the variables; null if the model has none.</summary>
    public string? VariablesPrefix => Directory.Exists(Path.Combine(Folder, SavedModelKeys.VariablesFolder))
        ? Path.Combine(Folder, SavedModelKeys.VariablesFolder, SavedModelKeys.VariablesName)
        : null;

    /// <summary>Whether a folder holds a SavedModel.</summary>
    public static bool IsIn(string folder) =>
        File.Exists(Path.Combine(folder, SavedModelKeys.BinaryFile)) || File.Exists(Path.Combine(folder, SavedModelKeys.TextFile));

    /// <summary>Reads a model: of the binary and the text file the binary one, if both are there.</summary>
    /// <exception cref="ModelFileException">Neither is there, or it is damaged.</exception>
    public static SavedModelReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = FolderTransaction.Locate(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        bool isFolder = Directory.Exists(full);
        if (!isFolder && Path.GetFileName(full) is not (SavedModelKeys.BinaryFile or SavedModelKeys.TextFile))
        {
            throw new ModelFileException(
                StatusCode.NotFound, full, $"{(File.Exists(full) ? "this is a file and" : "there is nothing of this name, and")} no SavedModel; give the folder that holds its '{SavedModelKeys.BinaryFile}' or '{SavedModelKeys.TextFile}'.") { IsOfOtherKind = File.Exists(full) };
        }

        string folder = isFolder ? full : Path.GetDirectoryName(full)!;
        string binary = Path.Combine(folder, SavedModelKeys.BinaryFile), text = Path.Combine(folder, SavedModelKeys.TextFile);
        string file = File.Exists(binary) ? binary
            : File.Exists(text) ? text
            : throw new ModelFileException(
                StatusCode.NotFound, folder, $"this folder holds no SavedModel, which would have a file '{SavedModelKeys.BinaryFile}' or '{SavedModelKeys.TextFile}'.") { IsOfOtherKind = true };
        return new SavedModelReader(folder, file, Parse(file));
    }

    /// <summary>The graph of exactly these tags, in any order; null for the only graph, or the one tagged 'serve'.</summary>
    /// <exception cref="ModelFileException">There is none; the message lists the sets of tags.</exception>
    public MetaGraphDef Select(IReadOnlyCollection<string>? tags)
    {
        IEnumerable<string>? wanted = tags ?? (Model.MetaGraphs.Count == 1 ? null : [SavedModelKeys.Serve]);
        MetaGraphDef? found = Model.MetaGraphs.FirstOrDefault(meta => wanted is null || TagsOf(meta).SetEquals(wanted));
        return found ?? throw new ModelFileException(
            Model.MetaGraphs.Count == 0 ? StatusCode.DataLoss : StatusCode.NotFound,
            _path,
            Model.MetaGraphs.Count == 0
                ? "the model holds no graph; it was not written to its end, or is damaged."
                : $"the model has no graph with the tags {Text(wanted!)}; it has {string.Join(", ", Model.MetaGraphs.Select(meta => Text(TagsOf(meta))))}. Choose one by its tags.");
    }

    /// <summary>Errors in the graph as errors of the file.</summary>
    public T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (GraphException error)
        {
            throw new ModelFileException(error.Code, _path, $"its graph cannot be read. {error.Message}", innerException: error);
        }
    }

    // By the name, as TensorFlow does: under a name for text is text.
    private static SavedModel Parse(string path)
    {
        if (!path.EndsWith(SavedModelKeys.TextFile, StringComparison.Ordinal))
        {
            return ProtoFile.ReadBinary<SavedModel>(path, "SavedModel");
        }

        try
        {
            return TextFormat.Parse<SavedModel>(File.ReadAllBytes(Openable.Of(path)));
        }
        catch (ModelFileException error)
        {
            throw error.In(path);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(path, error);
        }
    }

    private static HashSet<string> TagsOf(MetaGraphDef meta) => [.. meta.MetaInfoDef?.Tags ?? []];

    private static string Text(IEnumerable<string> tags) => $"{{{string.Join(", ", tags.Order(StringComparer.Ordinal))}}}";
}
