using System.Globalization;
using ModelSessions.Files;

namespace ModelSessions;

/// <summary>Finds checkpoints: those of a folder, and the one that a path means.</summary>
public static partial class CheckpointFolder
{
    /// <summary>The usual name of a state file.</summary>
    public const string DefaultStateFile = "checkpoint";

    private const string Missing = "is missing";

    /// <summary>The whole checkpoints of a folder, oldest first by iteration, then time; damaged (<see cref="ListDamaged"/>) and
    /// half-written ones are left out.</summary>
    /// <exception cref="ModelFileException">The folder is not there or cannot be read.</exception>
    public static IReadOnlyList<CheckpointInfo> List(string folder)
    {
        List<CheckpointInfo> whole =
        [
            .. In(folder).Select(Describe).OfType<CheckpointInfo>()
                .OrderBy(info => info.Iteration ?? -1).ThenBy(info => info.Time).ThenBy(info => info.Name, StringComparer.Ordinal),
        ];
        string? stated = StatedNewest(folder, out _);
        CheckpointInfo? newest = whole.Find(info => info.Prefix == stated) ?? whole.LastOrDefault();
        return [.. whole.Select(info => info with { IsNewest = info.Prefix == newest?.Prefix })];
    }

    /// <summary>The checkpoint that a path means: a prefix, a folder (its newest), a member file or a state file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="warn">Is told if the folder's state file is missing, damaged or wrong and another checkpoint is taken.</param>
    /// <param name="withGraph">Whether, where no state file tells, the newest is wanted that has a graph beside it, if any has.</param>
    /// <exception cref="ModelFileException">There is none; the message says what is there.</exception>
    public static CheckpointInfo Resolve(string path, Action<string>? warn = null, bool withGraph = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            return Newest(full, DefaultStateFile, warn, withGraph);
        }

        if (File.Exists(full + CheckpointFiles.IndexSuffix))
        {
            return Whole(full);
        }

        if (File.Exists(full))
        {
            return MemberOf(full) is { } prefix ? Whole(prefix) : OfStateFile(full, warn, withGraph);
        }

        return CheckpointV1Files.PrefixOf(full) is { } first ? Whole(first) : throw NothingAt(full);
    }

    /// <summary>The prefixes of all checkpoints that a path means, whole or damaged: those of a folder, or the one of a prefix, a member file or
    /// a state file.</summary>
    /// <exception cref="ModelFileException">There is none; the message says what is there.</exception>
    public static IReadOnlyList<string> Prefixes(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            string[] all = [.. In(full).OrderBy(prefix => CheckpointFiles.IterationOf(prefix) ?? -1).ThenBy(prefix => prefix, StringComparer.Ordinal)];
            return all.Length > 0 ? all : throw new ModelFileException(StatusCode.NotFound, full, $"there is no checkpoint in this folder.{Contents(full)}");
        }

        return File.Exists(full + CheckpointFiles.IndexSuffix) ? [full]
            : File.Exists(full) ? [MemberOf(full) ?? OfStateFile(full, null, withGraph: false).Prefix]
            : [CheckpointV1Files.PrefixOf(full) ?? throw NothingAt(full)];
    }

    /// <summary>The checkpoint of an iteration.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="iteration">The number at the end of its name.</param>
    /// <exception cref="ModelFileException">There is none, or several; the message says what is there.</exception>
    public static CheckpointInfo At(string path, long iteration)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.GetFullPath(path);
        if (!Directory.Exists(folder))
        {
            throw File.Exists(folder) || File.Exists(folder + CheckpointFiles.IndexSuffix)
                ? new ArgumentException($"'{folder}' is no folder: an iteration chooses a checkpoint of a folder. Leave it out, or give the folder '{Path.GetDirectoryName(folder)}'.")
                : new ModelFileException(StatusCode.NotFound, folder, "there is no such folder.");
        }

        IReadOnlyList<CheckpointInfo> all = List(folder), found = [.. all.Where(info => info.Iteration == iteration)];
        string number = iteration.ToString(CultureInfo.InvariantCulture);
        return found.Count == 1 ? found[0]
            : found.Count > 1 ? throw new ModelFileException(StatusCode.InvalidArgument, folder, $"there are several checkpoints of iteration {number}: {string.Join(", ", found.Select(info => $"'{info.Name}'"))}. Name one.")
            : throw new ModelFileException(StatusCode.NotFound, folder, $"there is no whole checkpoint of iteration {number}.{(all.Count == 0 ? Contents(folder) : $" The folder has {string.Join(", ", all.TakeLast(5).Select(info => $"'{info.Name}'"))}.")}");
    }

    /// <summary>Whether a folder has checkpoints, whole or damaged, or a state file that speaks of some.</summary>
    internal static bool HasAny(string folder) => Directory.Exists(folder)
        && (In(Path.GetFullPath(folder)).Count > 0 || CheckpointStateFile.Message(folder, DefaultStateFile) is { ModelCheckpointPath.Length: > 0 });

    /// <summary>Makes sure that checkpoints can be saved in a folder before hours are spent; the folder is made if need be.</summary>
    /// <exception cref="ModelFileException">The folder cannot be made or written.</exception>
    public static void EnsureWritable(string folder)
    {
        using SaveTransaction transaction = new(Path.GetFullPath(folder), flushToDisk: false, CancellationToken.None);
    }

    /// <summary>A path of a state file, which must lie in the state file's folder or below; null if it does not.</summary>
    internal static string? Inside(string folder, string stated)
    {
        string full = Path.GetFullPath(Path.Combine(folder, stated));
        return full.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? full : null;
    }

    /// <summary>A path of a state file as it is in the folder now. A path out of the folder may be that of a folder that was moved or copied,
    /// from another system it may be: the checkpoint may have come along. Null if it has not.</summary>
    internal static string? Locate(string folder, string stated) => Inside(folder, stated)
        ?? (Path.Combine(folder, stated.Split('/', '\\')[^1]) is var moved && CheckpointStateFile.Exists(moved) ? moved : null);

    /// <summary>A checkpoint's facts; null if it is not whole.</summary>
    internal static CheckpointInfo? Describe(string prefix)
    {
        try
        {
            if (!File.Exists(prefix + CheckpointFiles.IndexSuffix))
            {
                return DescribeFirst(prefix);
            }

            using BundleReader reader = new(prefix);
            return reader.FindFault() is null ? InfoOf(prefix, reader.Files.Skip(1)) : null;
        }
        catch (Exception error) when (error is ModelFileException or UnsupportedFeatureException)
        {
            return null;
        }
    }

    /// <summary>The facts of a checkpoint that is known to be whole.</summary>
    internal static CheckpointInfo InfoOf(string prefix, IEnumerable<string> dataFiles) => FileAccessErrors.Guard(prefix, () =>
    {
        FileInfo index = new(prefix + CheckpointFiles.IndexSuffix), meta = new(prefix + CheckpointFiles.MetaSuffix);
        long bytes = index.Length + dataFiles.Sum(file => new FileInfo(file).Length) + (meta.Exists ? meta.Length : 0);
        return new CheckpointInfo(prefix, CheckpointFiles.IterationOf(prefix), index.LastWriteTimeUtc, bytes, meta.Exists, false)
        {
            IsKept = File.Exists(prefix + CheckpointFiles.KeepSuffix),
        };
    });

    // Of the first format: whole, if it can be opened.
    private static CheckpointInfo DescribeFirst(string prefix)
    {
        using CheckpointReader reader = CheckpointReader.Open(prefix);
        FileInfo[] files = [.. reader.Files.Select(file => new FileInfo(file))];
        FileInfo meta = new(prefix + CheckpointFiles.MetaSuffix);
        return new CheckpointInfo(
            prefix, CheckpointFiles.IterationOf(prefix), files.Max(file => file.LastWriteTimeUtc), files.Sum(file => file.Length) + (meta.Exists ? meta.Length : 0), meta.Exists, false)
        {
            IsKept = File.Exists(prefix + CheckpointFiles.KeepSuffix),
        };
    }

    private static CheckpointInfo Newest(string folder, string stateFile, Action<string>? warn, bool withGraph) => FindNewest(folder, stateFile, warn, withGraph)
        ?? throw new ModelFileException(StatusCode.NotFound, folder, $"there is no whole checkpoint in this folder.{Contents(folder)}") { IsOfOtherKind = true };

    // A state file may have any name; a damaged one is known by its usual name.
    private static CheckpointInfo OfStateFile(string path, Action<string>? warn, bool withGraph)
    {
        string folder = Path.GetDirectoryName(path)!, name = Path.GetFileName(path);
        return name == DefaultStateFile || CheckpointStateFile.Message(folder, name) is not null
            ? Newest(folder, name, warn, withGraph)
            : throw new ModelFileException(
                StatusCode.InvalidArgument, path, "this is no file of a checkpoint. Give a folder, a prefix such as 'model.ckpt-500', or one of a checkpoint's files.") { IsOfOtherKind = true };
    }

    private static CheckpointInfo? FindNewest(string folder, string stateFile, Action<string>? warn, bool withGraph)
    {
        string? stated = StatedNewest(folder, out string? fault, stateFile);
        if (stated is not null && Describe(stated) is { } found)
        {
            return found with { IsNewest = true };
        }

        IReadOnlyList<CheckpointInfo> whole = List(folder);
        CheckpointInfo? newest = (withGraph ? whole.LastOrDefault(checkpoint => MetaGraphFile.Find(checkpoint) is not null) : null) ?? (whole is [.., var last] ? last : null);
        if (newest is not null)
        {
            fault ??= $"names '{Path.GetFileName(stated)}', which is not there or damaged";
            if (fault != Missing || !IsOfOtherStateFile(newest, stateFile))
            {
                warn?.Invoke($"The state file '{Path.Combine(folder, stateFile)}' {fault}; the newest whole checkpoint of the folder is taken: '{newest.Name}'.");
            }
        }

        return newest is null ? null : newest with { IsNewest = true };
    }

    // A training that keeps its best checkpoint alone leaves no other state file than that one's, checkpoint-best.
    private static bool IsOfOtherStateFile(CheckpointInfo checkpoint, string stateFile) => Directory.EnumerateFiles(checkpoint.Folder, $"{stateFile}-*").Any(path =>
        CheckpointStateFile.Message(checkpoint.Folder, Path.GetFileName(path)) is { } state && Locate(checkpoint.Folder, state.ModelCheckpointPath) == checkpoint.Prefix);

    private static string? StatedNewest(string folder, out string? fault, string stateFile = DefaultStateFile)
    {
        fault = null;
        // A save that was cut short after its checkpoint was in place has not come to the state file.
        if (SaveJournal.Read(folder) is { } journal && journal.StateFile == stateFile && journal.IsPlaced(folder))
        {
            return Path.Combine(folder, journal.Name);
        }

        if (CheckpointStateFile.Message(folder, stateFile) is not { } state)
        {
            fault = File.Exists(Path.Combine(folder, stateFile)) ? "is damaged" : Missing;
            return null;
        }

        if (Locate(folder, state.ModelCheckpointPath) is { } stated)
        {
            return CheckpointV1Files.StemOf(stated);
        }

        fault = $"names '{state.ModelCheckpointPath}', which is outside of its folder";
        return null;
    }

    private static CheckpointInfo Whole(string prefix)
    {
        if (Describe(prefix) is { } info)
        {
            return info;
        }

        ModelFileException fault = FaultOf(prefix);
        throw new ModelFileException(
            fault.Code, fault.Path, $"{fault.Detail.TrimEnd('.')}. Restore another checkpoint of the folder, or copy its files again.", fault.Offset, fault);
    }

    // Not whole: opening it again says what is wrong.
    private static ModelFileException FaultOf(string prefix)
    {
        try
        {
            using CheckpointReader reader = CheckpointReader.Open(prefix);
            return ((BundleReader)reader).FindFault() ?? throw new ModelFileException(StatusCode.NotFound, prefix, "the checkpoint has just been removed.");
        }
        catch (ModelFileException error) when (error.Code == StatusCode.DataLoss)
        {
            return error;
        }
    }

    private static IReadOnlyList<string> In(string folder)
    {
        try
        {
            string[] files = Directory.GetFiles(Path.GetFullPath(folder));
            string[] indexed = [.. files.Where(path => path.EndsWith(CheckpointFiles.IndexSuffix, StringComparison.Ordinal)).Select(path => path[..^CheckpointFiles.IndexSuffix.Length])];
            return [.. indexed, .. files.Where(path => CheckpointFiles.PrefixOf(path) is null && CheckpointV1Files.IsOne(path)).Select(CheckpointV1Files.StemOf).Distinct().Except(indexed)];
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(folder, error);
        }
    }

    // The prefix of a file of a checkpoint, of either format; null if it is none.
    private static string? MemberOf(string file) => CheckpointFiles.PrefixOf(file) ?? (CheckpointV1Files.IsOne(file) ? CheckpointV1Files.StemOf(file) : null);

    private static ModelFileException NothingAt(string path) =>
        new(StatusCode.NotFound, path, $"there is no checkpoint, folder or file of that name.{Neighbours(path)}");

    private static string Contents(string folder)
    {
        string[] names = [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).Take(6)];
        return names.Length == 0 ? " It is empty." : $" It holds {string.Join(", ", names.Take(5))}{(names.Length > 5 ? ", …" : "")}.";
    }

    private static string Neighbours(string path)
    {
        string? folder = Path.GetDirectoryName(path);
        if (folder is null || !Directory.Exists(folder))
        {
            return $" Its folder '{folder}' is not there either.";
        }

        IReadOnlyList<CheckpointInfo> others = List(folder);
        string[] folders = [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)!)];
        return others.Count == 0 && NearestNames.Hint(Path.GetFileName(path), folders) is { Length: > 0 } hint ? hint
            : others.Count == 0 ? $" There is no checkpoint in '{folder}'." : $" The folder has {string.Join(", ", others.TakeLast(5).Select(info => $"'{info.Name}'"))}.";
    }
}
