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
        string full = FolderTransaction.Locate(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
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
        if (File.Exists(path + CheckpointFiles.IndexSuffix))
        {
            return ModelSourceKind.Checkpoint;
        }

        if (!File.Exists(path))
        {
            return IsGraphName(path) && CheckpointV1Files.PrefixOf(path) is null ? ModelSourceKind.Graph : ModelSourceKind.Checkpoint;
        }

        bool isMember = CheckpointFiles.PrefixOf(path) is { } prefix
            && (!path.EndsWith(CheckpointFiles.MetaSuffix, StringComparison.Ordinal) || CheckpointStateFile.Exists(prefix));
        return isMember ? ModelSourceKind.Checkpoint : FileSniffer.Look(path) switch
        {
            FileContent.Graph => ModelSourceKind.Graph,
            FileContent.MetaGraph => ModelSourceKind.MetaGraph,
            FileContent.SavedModel => throw new ModelFileException(
                StatusCode.InvalidArgument, path, $"this is the graph file of a SavedModel under another name. Name it '{SavedModelKeys.BinaryFile}' and give the folder that it is in."),
            _ => KindOfOther(path),
        };
    }

    // Tables and state files are a checkpoint's. Of what looks like nothing, the name tells what it should be, and the reader what is wrong.
    private static ModelSourceKind KindOfOther(string path)
    {
        string name = System.IO.Path.GetFileName(path);
        return name == CheckpointFolder.DefaultStateFile || CheckpointV1Files.IsOne(path) || CheckpointStateFile.Message(System.IO.Path.GetDirectoryName(path)!, name) is not null
            ? ModelSourceKind.Checkpoint
            : new FileInfo(path).Length == 0 ? throw new ModelFileException(StatusCode.DataLoss, path, "the file is empty: it was not written or copied to its end.")
            : IsGraphName(path) ? ModelSourceKind.Graph
            : path.EndsWith(CheckpointFiles.MetaSuffix, StringComparison.Ordinal) ? ModelSourceKind.MetaGraph
            : throw new ModelFileException(
                StatusCode.InvalidArgument, path, "this is neither a file of a checkpoint nor a graph. Give a folder, a prefix such as 'model.ckpt-500', one of a checkpoint's files, or a graph (.pb, .pbtxt, .meta).") { IsOfOtherKind = true };
    }

    private static bool IsGraphName(string path) =>
        path.EndsWith(".pb", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".pbtxt", StringComparison.OrdinalIgnoreCase);
}
