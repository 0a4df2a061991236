using ModelSessions.Graphs.Importing;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Reads and writes <c>.meta</c> files: a graph with its saver and collections.</summary>
public static class MetaGraphFile
{
    /// <summary>Reads a MetaGraphDef, binary or text.</summary>
    /// <exception cref="ModelFileException">It is not there or damaged.</exception>
    public static MetaGraphDef Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ProtoFile.Read<MetaGraphDef>(path, "MetaGraph", repeats: true);
    }

    /// <summary>Some of the collections of a MetaGraph, without its graph being built; those that it does not have are left out.</summary>
    /// <exception cref="ModelFileException">It is not there or damaged.</exception>
    internal static GraphCollections ReadCollections(string path, params IReadOnlyList<string> keys)
    {
        MetaGraphDef definition = Read(path);
        GraphCollections collections = new();
        foreach (string key in keys)
        {
            if (definition.CollectionDef.TryGetValue(key, out CollectionDef? found))
            {
                collections.Set(key, found);
            }
        }

        return collections;
    }

    /// <summary>Writes a MetaGraphDef; the file is the old one or the new one, whole, at every instant.</summary>
    /// <param name="path">The file.</param>
    /// <param name="definition">The MetaGraph.</param>
    /// <param name="asText">Text, else binary.</param>
    /// <param name="cancel">Stops waiting for another writer in the folder.</param>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public static void Write(string path, MetaGraphDef definition, bool asText = false, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(definition);
        ProtoFile.Write(path, definition, asText, cancel: cancel);
    }

    /// <summary>A graph of a <c>.meta</c> file, alone or beside what a graph has already.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Scope, input map and so on.</param>
    /// <param name="graph">The graph that it is added to; null for a new one.</param>
    /// <exception cref="ModelFileException">The file is not there or damaged, or its graph does not fit.</exception>
    public static MetaGraphImportResult Import(string path, MetaGraphImportOptions options, Graph? graph = null)
    {
        GraphImport.CheckPrefix(options.Scope, options.Scope);
        MetaGraphDef definition = Read(path);
        if (definition.GraphDef is null)
        {
            throw new ModelFileException(StatusCode.DataLoss, path, "the file holds no graph; it is damaged, or not a .meta file.");
        }

        try
        {
            MetaGraphImportResult imported = MetaGraphImporter.Import(graph ?? new Graph(), definition, options);
            imported.Record = graph is null ? SessionRecord.Of(imported.Graph) : null;
            return imported;
        }
        catch (GraphException error)
        {
            throw new ModelFileException(error.Code, path, $"its graph cannot be imported. {error.Message}", innerException: error);
        }
    }

    /// <summary>The graph file of a checkpoint: its own, or the nearest of the same stem, since TensorFlow may write it once only.</summary>
    /// <exception cref="ModelFileException">There is none.</exception>
    internal static string PathFor(CheckpointInfo checkpoint) => Find(checkpoint) ?? throw new ModelFileException(
        StatusCode.NotFound,
        checkpoint.Prefix + CheckpointFiles.MetaSuffix,
        SavedModelReader.IsIn(Path.GetDirectoryName(checkpoint.Folder) ?? checkpoint.Folder)
            ? $"these are the values of a SavedModel, whose graph is elsewhere. Open its folder '{Path.GetDirectoryName(checkpoint.Folder)}'."
            : "the checkpoint has no graph beside it. Copy the .meta file that was saved with it into the folder, or take its values into a session that has a graph (Restore-ModelCheckpoint).");

    /// <summary>The same; null if there is none.</summary>
    internal static string? Find(CheckpointInfo checkpoint)
    {
        if (checkpoint.HasGraph)
        {
            return checkpoint.Prefix + CheckpointFiles.MetaSuffix;
        }

        string stem = CheckpointFiles.StemOf(checkpoint.Name);
        return Directory.EnumerateFiles(checkpoint.Folder, "*" + CheckpointFiles.MetaSuffix)
            .Select(path => (path, prefix: path[..^CheckpointFiles.MetaSuffix.Length]))
            .Where(file => Path.GetFileName(file.prefix) == stem || Path.GetFileName(file.prefix).StartsWith(stem + "-", StringComparison.Ordinal))
            .OrderBy(file => Math.Abs((CheckpointFiles.IterationOf(file.prefix) ?? 0) - (checkpoint.Iteration ?? 0)))
            .Select(file => file.path)
            .FirstOrDefault();
    }
}
