using System.Text;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>What a state file says: the text file <c>checkpoint</c> of a folder.</summary>
/// <param name="Newest">The prefix of the newest checkpoint.</param>
/// <param name="All">The prefixes of those that retention counts, oldest first.</param>
/// <param name="Times">When each of <paramref name="All"/> was saved, in seconds since 1970; empty if the file does not say.</param>
/// <param name="LastKept">When one was last kept for good, in seconds since 1970; 0 if the file does not say.</param>
public sealed record CheckpointStateInfo(string Newest, IReadOnlyList<string> All, IReadOnlyList<double> Times, double LastKept);

/// <summary>State files as TensorFlow's functions read and write them: <c>get_checkpoint_state</c>, <c>latest_checkpoint</c>,
/// <c>generate_checkpoint_state_proto</c>. Paths are joined and made relative as text, as Python does.</summary>
public static class CheckpointStateFile
{
    // A state file is a few lines; anything large is something else.
    private const int LargestFile = 1 << 24;

    // Of Windows, which has the longest.
    private const int LongestPath = 1 << 15;

    /// <summary>Reads a folder's state file; relative paths are joined to the folder as it is given.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The state file's name.</param>
    /// <param name="warn">Is told if the file is no state file.</param>
    /// <returns>Null if there is none, or none that can be read.</returns>
    /// <exception cref="ModelFileException">The file names no checkpoint, or is no text.</exception>
    public static CheckpointStateInfo? Read(string folder, string name = CheckpointFolder.DefaultStateFile, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = Path.Combine(folder, name);
        if (Load(path) is not { } bytes)
        {
            return null;
        }

        if (!IsText(bytes))
        {
            throw new ModelFileException(StatusCode.DataLoss, path, "the state file is no text. Remove it; the folder's newest whole checkpoint is then taken.");
        }

        if (!CheckpointStateText.TryParse(bytes, out CheckpointState state))
        {
            // Sound but for the path, which is one too many faults for TensorFlow to go on without.
            if (CheckpointStateText.TryParse([.. bytes, .. "\nmodel_checkpoint_path: \"x\""u8], out _))
            {
                throw new ModelFileException(StatusCode.DataLoss, path, "the state file names no checkpoint. Remove it; the folder's newest whole checkpoint is then taken.");
            }

            warn?.Invoke($"'{path}' is no state file of checkpoints; it is ignored.");
            return null;
        }

        return new CheckpointStateInfo(
            Join(folder, state.ModelCheckpointPath),
            [.. state.AllModelCheckpointPaths.Select(path => Join(folder, path))],
            [.. state.AllModelCheckpointTimestamps],
            state.LastPreservedTimestamp);
    }

    /// <summary>The newest checkpoint of a folder by its state file; null if there is none, or its files are not there.</summary>
    /// <inheritdoc cref="Read"/>
    public static string? Latest(string folder, string name = CheckpointFolder.DefaultStateFile, Action<string>? warn = null)
    {
        if (Read(folder, name, warn) is not { } state)
        {
            return null;
        }

        if (Exists(state.Newest))
        {
            return state.Newest;
        }

        warn?.Invoke($"The state file '{Path.Combine(folder, name)}' names '{state.Newest}', which is not there.");
        return null;
    }

    /// <summary>Whether there is a checkpoint of that prefix, of any format; its data files are not looked at: <c>checkpoint_exists</c>.</summary>
    public static bool Exists(string prefix) => TimeOf(prefix) is not null;

    /// <summary>When a checkpoint's index (or the file of the first format) was written; null if there is none.</summary>
    public static DateTimeOffset? TimeOf(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        string? file = new[] { prefix + CheckpointFiles.IndexSuffix, prefix }.FirstOrDefault(File.Exists);
        if (file is null && IsPath(prefix) && CheckpointV1Files.StemOf(prefix) != prefix)
        {
            // Of the first format in several files TensorFlow finds those that it is given a pattern of.
            file = CheckpointFiles.FirstShards(prefix).FirstOrDefault();
        }

        return file is null ? null : new DateTimeOffset(File.GetLastWriteTimeUtc(file));
    }

    /// <summary>The text of a state file.</summary>
    /// <param name="folder">The folder in which it will lie. If this is a relative path, relative paths are written as seen from there.</param>
    /// <param name="newest">The newest checkpoint; it is added to the end of <paramref name="all"/> if it is not there.</param>
    /// <param name="all">All that count, oldest first.</param>
    /// <param name="times">When each was saved, in seconds since 1970; null or empty for none.</param>
    /// <param name="lastKept">When one was last kept for good; 0 for not at all.</param>
    /// <exception cref="ArgumentException">There are not as many times as checkpoints.</exception>
    public static string Text(string folder, string newest, IReadOnlyList<string>? all = null, IReadOnlyList<double>? times = null, double lastKept = 0)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(newest);
        string[] paths = all is [.., var last] && last == newest ? [.. all] : [.. all ?? [], newest];
        if (times is { Count: > 0 } && times.Count != paths.Length)
        {
            throw new ArgumentException($"There are {times.Count} times for {paths.Length} checkpoints.", nameof(times));
        }

        bool relative = !Path.IsPathRooted(folder);
        CheckpointState state = new() { ModelCheckpointPath = Seen(newest), LastPreservedTimestamp = lastKept };
        state.AllModelCheckpointPaths.AddRange(paths.Select(Seen));
        state.AllModelCheckpointTimestamps.AddRange(times ?? []);
        return CheckpointStateText.Write(state);

        string Seen(string path) => relative && !Path.IsPathRooted(path) ? Path.GetRelativePath(Path.GetFullPath(folder.Length > 0 ? folder : "."), Path.GetFullPath(path)) : path;
    }

    /// <summary>The state file's message; null if it is missing or damaged.</summary>
    internal static CheckpointState? Message(string folder, string name) =>
        Load(Path.Combine(folder, name)) is { } bytes && CheckpointStateText.TryParse(bytes, out CheckpointState state)
        && state.AllModelCheckpointPaths.Append(state.ModelCheckpointPath).All(IsPath) ? state : null;

    // What can be the path of a file at all.
    private static bool IsPath(string path) => path.Length <= LongestPath && !path.Contains('\0', StringComparison.Ordinal);

    private static byte[]? Load(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: < LargestFile } ? File.ReadAllBytes(Openable.Of(path)) : null;
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(path, error);
        }
    }

    private static bool IsText(byte[] bytes)
    {
        try
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(bytes);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // As Python's os.path.join: nothing is normalised.
    private static string Join(string folder, string path) =>
        Path.IsPathRooted(path) || folder.Length == 0 ? path : folder[^1] is '/' || folder[^1] == Path.DirectorySeparatorChar ? folder + path : $"{folder}/{path}";
}
