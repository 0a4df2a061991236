using System.Text;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions;

/// <content>Changes of what is in a folder. Its state files, whatever their names, stay true.</content>
public static partial class CheckpointFolder
{
    private const int LargestStateFile = 1 << 20;

    /// <summary>Removes a checkpoint, one that is kept as well. Where it was the newest, the one before it is that from then on.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="options">Whether to flush to disk.</param>
    /// <exception cref="ModelFileException">The folder cannot be written.</exception>
    public static void Remove(CheckpointInfo checkpoint, CheckpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Change(checkpoint.Folder, options, transaction =>
        {
            RewriteStates(transaction, checkpoint.Folder, (file, paths, newest) =>
            {
                paths.RemoveAll(path => CheckpointV1Files.StemOf(path) == checkpoint.Prefix);
                // What is kept is not listed; what has another name is another saver's.
                return CheckpointV1Files.StemOf(newest) != checkpoint.Prefix ? newest : paths.LastOrDefault(CheckpointStateFile.Exists)
                    ?? List(checkpoint.Folder).LastOrDefault(other => other.Prefix != checkpoint.Prefix && CheckpointFiles.StemOf(other.Name) == CheckpointFiles.StemOf(checkpoint.Name))?.Prefix;
            });
            CheckpointRemoval.Remove(checkpoint.Prefix, CheckpointFiles.MetaSuffix[1..]);
        });
    }

    /// <summary>Keeps a checkpoint for good: retention neither counts nor removes it. An empty file <c>PREFIX.keep</c> says so, and the state
    /// file lists it no more (unless it is the newest), so that a saver of TensorFlow's that goes on from there leaves it alone, too.</summary>
    /// <returns>The checkpoint as it is now.</returns>
    /// <exception cref="ModelFileException">It is not whole, or the folder cannot be written.</exception>
    public static CheckpointInfo Keep(CheckpointInfo checkpoint, CheckpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Change(checkpoint.Folder, options, transaction =>
        {
            _ = Whole(checkpoint.Prefix);
            string mark = checkpoint.Prefix + CheckpointFiles.KeepSuffix;
            transaction.Write(mark, _ => { });
            transaction.Place(mark);
            RewriteStates(transaction, checkpoint.Folder, (_, _, newest) => newest);
        });
        return checkpoint with { IsKept = true };
    }

    /// <summary>Takes back <see cref="Keep"/>: retention counts the checkpoint again.</summary>
    /// <returns>The checkpoint as it is now.</returns>
    /// <exception cref="ModelFileException">The folder cannot be written.</exception>
    public static CheckpointInfo Release(CheckpointInfo checkpoint, CheckpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Change(checkpoint.Folder, options, transaction =>
        {
            SaveTransaction.Delete(checkpoint.Prefix + CheckpointFiles.KeepSuffix);
            RewriteStates(transaction, checkpoint.Folder, (file, paths, newest) =>
            {
                if (file == DefaultStateFile)
                {
                    Insert(paths, checkpoint.Prefix);
                }

                return newest;
            });
        });
        return checkpoint with { IsKept = false };
    }

    /// <summary>Copies a checkpoint, with its graph, into a folder. The folder's state file lists the copy; it is the newest if there was none
    /// before, or none of as high an iteration.</summary>
    /// <param name="checkpoint">What is copied.</param>
    /// <param name="folder">The folder; it is made if need be. It may be the same, for another name.</param>
    /// <param name="name">The copy's name, iteration and all; null for the same.</param>
    /// <param name="options">Whether to flush to disk.</param>
    /// <param name="progress">Is told how many bytes are copied.</param>
    /// <param name="cancel">Leaves the folder as it was.</param>
    /// <returns>The copy.</returns>
    /// <exception cref="ModelFileException">The checkpoint is not whole, it would be copied onto itself, or the folder cannot be written.</exception>
    public static CheckpointInfo Copy(
        CheckpointInfo checkpoint, string folder, string? name = null, CheckpointOptions? options = null, Action<WorkProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(folder);
        string source = Whole(checkpoint.Prefix).Prefix;
        string target = Path.Combine(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), name ?? checkpoint.Name);
        if (Path.GetFileName(target) != (name ?? checkpoint.Name) || (name ?? checkpoint.Name) is "" or "." or ".." or DefaultStateFile)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, null, $"'{name}' cannot be the name of a checkpoint.");
        }

        if (target == source)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, source, "a checkpoint cannot be copied onto itself. Give another folder or name.");
        }

        CheckpointCopy.Write(source, target, options ?? new CheckpointOptions(), progress, cancel);
        return Whole(target) with { IsNewest = StatedNewest(Path.GetDirectoryName(target)!, out _) == target };
    }

    /// <summary>Puts a prefix into a list that is ordered by iteration.</summary>
    internal static void Insert(List<string> prefixes, string prefix)
    {
        prefixes.RemoveAll(other => CheckpointV1Files.StemOf(other) == prefix);
        long iteration = CheckpointFiles.IterationOf(prefix) ?? long.MaxValue;
        int at = prefixes.FindIndex(other => (CheckpointFiles.IterationOf(other) ?? long.MaxValue) > iteration);
        prefixes.Insert(at < 0 ? prefixes.Count : at, prefix);
    }

    /// <summary>Rewrites the state files of a folder; those that list nothing any more go. What is kept is listed only as the newest.</summary>
    /// <param name="transaction">Holds the folder.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="edit">Changes the list of full prefixes of a state file, given with its name, and says which is the newest; null for none.</param>
    internal static void RewriteStates(SaveTransaction transaction, string folder, Func<string, List<string>, string, string?> edit)
    {
        foreach ((string file, CheckpointState state) in StateFiles(folder))
        {
            string text = CheckpointStateText.Write(state);
            string[] stated = [.. state.AllModelCheckpointPaths.Select(path => Here(folder, path))];
            List<string> paths = [.. stated.Distinct(StringComparer.Ordinal)];
            Dictionary<string, double> times = [];
            for (int i = 0; i < stated.Length && state.AllModelCheckpointTimestamps.Count == stated.Length; i++)
            {
                times[stated[i]] = state.AllModelCheckpointTimestamps[i];
            }

            string full = Path.Combine(folder, file);
            if (edit(file, paths, Here(folder, state.ModelCheckpointPath)) is not { } newest)
            {
                SaveTransaction.Delete(full);
                continue;
            }

            paths.RemoveAll(path => path == newest || File.Exists(CheckpointV1Files.StemOf(path) + CheckpointFiles.KeepSuffix));
            paths.Add(newest);
            state.ModelCheckpointPath = StateUpdate.Seen(folder, newest);
            state.AllModelCheckpointPaths.Clear();
            state.AllModelCheckpointPaths.AddRange(paths.Select(path => StateUpdate.Seen(folder, path)));
            state.AllModelCheckpointTimestamps.Clear();
            if (times.Count > 0)
            {
                state.AllModelCheckpointTimestamps.AddRange(paths.Select(path => times.TryGetValue(path, out double time) ? time : CheckpointHistory.Seconds(CheckpointStateFile.TimeOf(path) ?? default)));
            }

            if (CheckpointStateText.Write(state) is { } changed && changed != text)
            {
                transaction.Write(full, stream => stream.Write(Encoding.UTF8.GetBytes(changed)));
                transaction.Place(full);
            }
        }

        transaction.FlushFolder();
    }

    // A path of a state file, in the folder where the checkpoint is there.
    private static string Here(string folder, string stated) => Locate(folder, stated) ?? Path.GetFullPath(Path.Combine(folder, stated));

    private static void Change(string folder, CheckpointOptions? options, Action<SaveTransaction> change)
    {
        using SaveTransaction transaction = new(folder, (options ?? new CheckpointOptions()).FlushToDisk, CancellationToken.None);
        change(transaction);
    }

    // Any small file that reads as one may be a state file: its name is free. The lock, which nobody else can read, is empty.
    private static List<(string Name, CheckpointState State)> StateFiles(string folder) =>
    [
        .. Directory.GetFiles(folder)
            .Where(path => CheckpointFiles.PrefixOf(path) is null && !path.EndsWith(SaveTransaction.TemporarySuffix, StringComparison.Ordinal) && new FileInfo(path).Length is > 0 and < LargestStateFile)
            .Select(path => Path.GetFileName(path)!)
            .Select(name => (name, state: CheckpointStateFile.Message(folder, name)))
            .Where(file => file.state is not null).Select(file => (file.name, file.state!)),
    ];
}
