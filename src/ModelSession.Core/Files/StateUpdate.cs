using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>What a save makes of a folder's state file and of older checkpoints.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Text">The state file's new text.</param>
/// <param name="Step">What the save makes of the saver's memory.</param>
/// <param name="GraphSuffix">The end of the graph files' names.</param>
internal sealed record StateUpdate(string Folder, string Text, HistoryStep Step, string GraphSuffix)
{
    /// <summary>The names of the retired checkpoints in this folder.</summary>
    public IReadOnlyList<string> RetiredHere => [.. Step.Retired.Where(IsHere).Select(prefix => Path.GetFileName(prefix)!)];

    /// <summary>Finds out what is to be done, while the folder is locked.</summary>
    public static StateUpdate For(string folder, SaveOptions save, string prefix, CheckpointOptions options, CheckpointHistory history)
    {
        List<RememberedCheckpoint> listed = options.CountExisting ? Recall(folder, save, history) : [];
        // What was kept by hand since it was saved counts no more.
        history.Set(history.Last.Where(known => !File.Exists(CheckpointV1Files.StemOf(known.Prefix) + CheckpointFiles.KeepSuffix)));
        HistoryStep step = save.WriteState ? history.Plan(prefix) : new HistoryStep(history.Last, [], 0);
        RememberedCheckpoint[] all =
        [
            .. listed.Where(other => !IsMine(folder, save, other) && other.Prefix != prefix),
            .. step.Last.Where(known => known.Prefix != prefix),
            new(prefix, CheckpointHistory.Seconds(options.Clock.GetUtcNow())),
        ];
        bool timed = options.CountExisting && options.KeepEveryHours < CheckpointOptions.NeverKept;
        string text = CheckpointStateFile.Text(
            folder, Seen(folder, prefix), [.. all.Select(known => Seen(folder, known.Prefix))], timed ? [.. all.Select(known => known.Time)] : [], timed ? history.LastKept(step) : 0);
        return new StateUpdate(folder, text, step, save.GraphSuffix);
    }

    /// <summary>Removes the retired checkpoints of this folder, which is locked.</summary>
    public void RemoveRetiredHere()
    {
        foreach (string prefix in Step.Retired.Where(IsHere))
        {
            CheckpointRemoval.Remove(prefix, GraphSuffix);
        }
    }

    /// <summary>Removes those of other folders while these are locked, one after the other. This folder must not be locked any more: two savers of
    /// two folders would wait for each other.</summary>
    public void RemoveRetiredElsewhere()
    {
        foreach (IGrouping<string, string> group in Step.Retired.Where(prefix => !IsHere(prefix)).GroupBy(prefix => Path.GetDirectoryName(prefix)!).Where(group => Directory.Exists(group.Key)))
        {
            using FolderLock other = FolderLock.Acquire(group.Key, CancellationToken.None);
            foreach (string prefix in group)
            {
                CheckpointRemoval.Remove(prefix, GraphSuffix);
            }
        }
    }

    // What the state file lists becomes the saver's memory, as far as it is of the same stem and still there.
    private static List<RememberedCheckpoint> Recall(string folder, SaveOptions save, CheckpointHistory history)
    {
        CheckpointState state = CheckpointStateFile.Message(folder, save.StateFile) ?? new CheckpointState();
        bool timed = state.AllModelCheckpointTimestamps.Count == state.AllModelCheckpointPaths.Count;
        Dictionary<string, double> known = history.Last.ToDictionary(checkpoint => checkpoint.Prefix, checkpoint => checkpoint.Time, StringComparer.Ordinal);
        List<RememberedCheckpoint> listed = [];
        for (int i = 0; i < state.AllModelCheckpointPaths.Count; i++)
        {
            // A path out of the folder is no concern of this one, unless the folder was moved.
            if (CheckpointFolder.Locate(folder, state.AllModelCheckpointPaths[i]) is { } prefix && CheckpointStateFile.TimeOf(prefix) is { } written
                && !listed.Exists(other => other.Prefix == prefix))
            {
                listed.Add(new(prefix, known.TryGetValue(prefix, out double time) ? time : timed ? state.AllModelCheckpointTimestamps[i] : CheckpointHistory.Seconds(written)));
            }
        }

        if (state.LastPreservedTimestamp > 0)
        {
            history.SetLastKept(state.LastPreservedTimestamp);
        }

        history.Set(listed.Where(checkpoint => IsMine(folder, save, checkpoint)));
        return listed;
    }

    private static bool IsMine(string folder, SaveOptions save, RememberedCheckpoint checkpoint) =>
        Path.GetDirectoryName(checkpoint.Prefix) == folder && CheckpointFiles.IsOfStem(Path.GetFileName(checkpoint.Prefix), save.Name);

    /// <summary>A prefix as a state file of the folder has it: one of several files in the first format as their pattern.</summary>
    public static string Seen(string folder, string prefix) => Path.GetRelativePath(folder, CheckpointV1Files.PatternOf(prefix)).Replace(Path.DirectorySeparatorChar, '/');

    private bool IsHere(string prefix) => Path.GetDirectoryName(prefix) == Folder;
}
