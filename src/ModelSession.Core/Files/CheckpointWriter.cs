using System.Text;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>What goes into a checkpoint.</summary>
/// <param name="Shards">Adds the tensors of each data file to the bundle.</param>
/// <param name="Graph">The graph; asked for if it is to be written.</param>
internal sealed record CheckpointContent(IReadOnlyList<Action<BundleWriter>> Shards, Func<MetaGraphDef> Graph)
{
    /// <summary>Notes all tensors for a file of TensorFlow's first format, if the checkpoint is to be one; null for a bundle.</summary>
    public Action<CheckpointV1Writer>? FirstFormat { get; init; }
}

/// <summary>Saves checkpoints as transactions: data, graph, index, and last the state file; then old ones go.</summary>
internal static class CheckpointWriter
{
    /// <summary>Saves a checkpoint. At every instant the folder's newest whole checkpoint is the one before, or this one.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="save">Where and how.</param>
    /// <param name="iteration">The end of the name; null for none.</param>
    /// <param name="content">What is saved.</param>
    /// <param name="options">How checkpoints are kept.</param>
    /// <param name="history">What the saver has saved before.</param>
    /// <param name="cancel">Leaves the folder as it was.</param>
    public static CheckpointInfo Write(
        string folder, SaveOptions save, long? iteration, CheckpointContent content, CheckpointOptions options, CheckpointHistory history, CancellationToken cancel)
    {
        Check(save, iteration);
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!save.CreateParents && Path.GetDirectoryName(folder) is { } above && !Directory.Exists(above))
        {
            throw new ModelFileException(StatusCode.NotFound, above, "there is no such folder.");
        }

        string name = CheckpointFiles.NameOf(save.Name, iteration, options.PadIteration), prefix = Path.Combine(folder, name);
        if (content.FirstFormat is not null && File.Exists(prefix + CheckpointFiles.IndexSuffix))
        {
            // Readers look for an index first: they would go on reading the old one.
            throw new ModelFileException(StatusCode.AlreadyExists, prefix, "a checkpoint of the second format has this name. Remove it, or save under another name.");
        }

        (CheckpointInfo saved, StateUpdate update) = WriteLocked(folder, save, prefix, name, content, options, history, cancel);
        if (save.WriteState)
        {
            update.RemoveRetiredElsewhere();
        }

        return saved;
    }

    private static (CheckpointInfo Saved, StateUpdate Update) WriteLocked(
        string folder, SaveOptions save, string prefix, string name, CheckpointContent content, CheckpointOptions options, CheckpointHistory history, CancellationToken cancel)
    {
        using SaveTransaction transaction = new(folder, options.FlushToDisk, cancel);
        ShardLayout layout = content.FirstFormat is null ? ShardLayout.For(prefix, content.Shards.Count) : new ShardLayout(prefix, 1, 0);
        List<BundleWriter> bundles = [];
        List<string> files = WriteAside(transaction, layout, save, content, bundles, cancel);
        cancel.ThrowIfCancellationRequested();

        StateUpdate update = StateUpdate.For(folder, save, prefix, options, history);
        string state = Path.Combine(folder, save.StateFile);
        if (save.WriteState)
        {
            transaction.Write(state, stream => stream.Write(Encoding.UTF8.GetBytes(update.Text)));
        }

        transaction.Begin(new SaveJournal(
            name,
            files[^1][prefix.Length..],
            Crc32C.Append(0, SaveTransaction.ReadAside(files[^1])),
            layout.Count,
            layout.Shift,
            save.GraphSuffix,
            save.WriteState ? save.StateFile : null,
            update.Text,
            update.RetiredHere));
        files.ForEach(transaction.Place);
        transaction.FlushFolder();
        if (save.WriteState)
        {
            transaction.Place(state);
            transaction.FlushFolder();
            history.Accept(update.Step);
            update.RemoveRetiredHere();
        }

        int[]? filled = content.FirstFormat is null ? [.. Enumerable.Range(0, bundles.Count).Where(shard => !bundles[shard].IsEmpty)] : null;
        layout.Settle(transaction, stream => BundleWriter.WriteIndex(stream, bundles, -layout.Shift), filled);
        transaction.Complete();
        CheckpointInfo written = filled is null ? CheckpointFolder.Describe(prefix)! : CheckpointFolder.InfoOf(prefix, CheckpointFiles.DataFiles(prefix));
        return (written with { IsNewest = save.WriteState }, update);
    }

    // The files in the order in which they are put in place: the index last.
    private static List<string> WriteAside(SaveTransaction transaction, ShardLayout layout, SaveOptions save, CheckpointContent content, List<BundleWriter> bundles, CancellationToken cancel)
    {
        List<string> files = [];
        for (int shard = 0; shard < layout.Count && content.FirstFormat is null; shard++)
        {
            Action<BundleWriter> add = content.Shards[shard];
            int number = shard + layout.Shift;
            Write(layout.Path(shard), stream =>
            {
                bundles.Add(new BundleWriter(stream, number, layout.Total));
                add(bundles[^1]);
            });
        }

        if (save.WriteGraph)
        {
            Write($"{layout.Prefix}.{save.GraphSuffix}", content.Graph().WriteTo);
        }

        if (save.Keep)
        {
            Write(layout.Prefix + CheckpointFiles.KeepSuffix, _ => { });
        }

        if (content.FirstFormat is { } note)
        {
            CheckpointV1Writer tensors = new();
            note(tensors);
            // One file that is index and data in one, without a suffix.
            Write(layout.Prefix, stream => tensors.WriteTo(stream, cancel));
        }
        else
        {
            Write(layout.Prefix + CheckpointFiles.IndexSuffix, stream => BundleWriter.WriteIndex(stream, bundles));
        }

        return files;

        void Write(string path, Action<Stream> write)
        {
            transaction.Write(path, write);
            files.Add(path);
        }
    }

    private static void Check(SaveOptions save, long? iteration)
    {
        string? fault =
            IsPath(save.Name) ? $"the name '{save.Name}' has folders in it; give the folder as the path"
            : iteration is null && save.Name is "" or "." or ".." ? $"'{save.Name}' cannot be a name without an iteration"
            : IsPath(save.StateFile) || save.StateFile is "" or "." or ".." ? $"the state file '{save.StateFile}' must be a name without folders"
            : CheckpointFiles.PrefixOf(save.StateFile) is not null ? $"'{save.StateFile}' is the name of a checkpoint's file and cannot be that of the state file"
            : iteration is null && save.Name == save.StateFile ? $"'{save.Name}' is the name of the state file, too"
            : IsPath(save.GraphSuffix) || save.GraphSuffix is "" or "index" or "keep" || save.GraphSuffix.StartsWith("data-", StringComparison.Ordinal)
                ? $"the graph's suffix '{save.GraphSuffix}' is not possible; the usual one is 'meta'"
            : null;
        if (fault is not null)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, null, $"The checkpoint cannot be saved: {fault}.");
        }
    }

    private static bool IsPath(string name) => name.IndexOfAny([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar, '\0']) >= 0;
}
