using ModelSessions.Files;

namespace ModelSessions;

public static partial class CheckpointFolder
{
    /// <summary>What the names of files tell of checkpoints, oldest first by iteration, then name. No file is opened, so damaged ones are among
    /// them: for a user who is still typing.</summary>
    /// <param name="files">The files of a folder, as it was listed.</param>
    /// <param name="wanted">Whether a checkpoint of that prefix and iteration is wanted.</param>
    /// <param name="most">How many are told at most: the last ones.</param>
    public static IReadOnlyList<CheckpointInfo> Glance(IReadOnlyCollection<string> files, Func<string, long?, bool> wanted, int most)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(wanted);
        Dictionary<string, List<FileInfo>> found = PrefixesAmong(files).Select(prefix => (Prefix: prefix, Iteration: CheckpointFiles.IterationOf(prefix)))
            .Where(checkpoint => wanted(checkpoint.Prefix, checkpoint.Iteration))
            .OrderBy(checkpoint => checkpoint.Iteration ?? -1).ThenBy(checkpoint => checkpoint.Prefix, StringComparer.Ordinal).TakeLast(most)
            .ToDictionary(checkpoint => checkpoint.Prefix, _ => new List<FileInfo>(), StringComparer.Ordinal);
        foreach (string file in found.Count > 0 ? files : [])
        {
            if (found.TryGetValue(CheckpointFiles.PrefixOf(file) ?? CheckpointV1Files.StemOf(file), out List<FileInfo>? members))
            {
                members.Add(new FileInfo(file));
            }
        }

        return [.. found.Select(checkpoint => Glimpse(checkpoint.Key, checkpoint.Value))];
    }

    // Of the first format those that have a graph: others are known by their content alone.
    private static IEnumerable<string> PrefixesAmong(IReadOnlyCollection<string> files)
    {
        HashSet<string> graphs = [.. files.Where(file => file.EndsWith(CheckpointFiles.MetaSuffix, StringComparison.Ordinal)).Select(file => file[..^CheckpointFiles.MetaSuffix.Length])];
        return files.Select(file => file.EndsWith(CheckpointFiles.IndexSuffix, StringComparison.Ordinal) ? file[..^CheckpointFiles.IndexSuffix.Length]
            : CheckpointFiles.PrefixOf(file) is null && CheckpointV1Files.StemOf(file) is var first && graphs.Contains(first) ? first
            : null).OfType<string>().Distinct(StringComparer.Ordinal);
    }

    // A file may be removed between the listing and the look at it.
    private static CheckpointInfo Glimpse(string prefix, List<FileInfo> files)
    {
        FileInfo first = files.Find(file => file.Name.EndsWith(CheckpointFiles.IndexSuffix, StringComparison.Ordinal)) ?? files[0];
        return new CheckpointInfo(
            prefix, CheckpointFiles.IterationOf(prefix), first.LastWriteTimeUtc, files.Where(file => file.Exists).Sum(file => file.Length),
            files.Exists(file => file.Name.EndsWith(CheckpointFiles.MetaSuffix, StringComparison.Ordinal)), false);
    }
}
