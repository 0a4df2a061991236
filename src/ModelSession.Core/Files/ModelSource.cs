using ModelSessions.Files;

namespace ModelSessions;

/// <summary>What a session can be opened from.</summary>
public enum ModelSourceKind
{
    /// <summary>A checkpoint: values, mostly with a graph beside them.</summary>
    Checkpoint,

    /// <summary>A graph with collections and saver, but no values: a <c>.meta</c> file alone.</summary>
    MetaGraph,

    /// <summary>A graph alone: a frozen one, in which values are constants.</summary>
    Graph,

    /// <summary>A SavedModel: graphs, values, assets.</summary>
    SavedModel,
}

/// <summary>What a path means, as its content tells; names of files only help where there is no content to look at.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">The full path; of a SavedModel its folder.</param>
public sealed record ModelSource(ModelSourceKind Kind, string Path)
{
    /// <summary>Looks at a path. Of a file no more than its first few kilobytes are read.</summary>
    /// <exception cref="ModelFileException">There is nothing that can be opened; the message says what is there.</exception>
    public static ModelSource Of(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (Directory.Exists(full))
        {
            return new(SavedModelReader.IsIn(full) && !CheckpointFolder.HasAny(full) ? ModelSourceKind.SavedModel : ModelSourceKind.Checkpoint, full);
        }

        return System.IO.Path.GetFileName(full) is SavedModelKeys.BinaryFile or SavedModelKeys.TextFile && File.Exists(full)
            ? new(ModelSourceKind.SavedModel, System.IO.Path.GetDirectoryName(full)!)
            : new(KindOfFile(full), full);
    }

    private static ModelSourceKind KindOfFile(string path)
    {
        // A prefix is no file; of a member file, the checkpoint is meant that it is one of.
        if (!File.Exists(path) || File.Exists(path + CheckpointFiles.IndexSuffix))
        {
            return ModelSourceKind.Checkpoint;
        }

        bool isMember = CheckpointFiles.PrefixOf(path) is { } prefix
            && (!path.EndsWith(CheckpointFiles.MetaSuffix, StringComparison.Ordinal) || CheckpointStateFile.Exists(prefix));
        return isMember ? ModelSourceKind.Checkpoint : FileSniffer.Look(path) switch
        {
            FileContent.Graph => ModelSourceKind.Graph,
            FileContent.MetaGraph => ModelSourceKind.MetaGraph,
            FileContent.SavedModel => throw new ModelFileException(
                StatusCode.InvalidArgument, path, $"this is the graph file of a SavedModel under another name. Name it '{SavedModelKeys.BinaryFile}' and give the folder that it is in."),
            // Tables and state files; what is neither, the checkpoint's reader can say best.
            _ => ModelSourceKind.Checkpoint,
        };
    }
}
