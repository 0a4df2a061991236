using System.Globalization;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Saves checkpoints as transactions: data, meta, index, and last the state file; then old ones go.</summary>
internal static class CheckpointWriter
{
    /// <summary>Saves a checkpoint. At every instant the folder's newest whole checkpoint is the one before, or this one.</summary>
    /// <param name="folder">The folder; it is made if need be.</param>
    /// <param name="stem">The beginning of the prefix: <c>model.ckpt</c>.</param>
    /// <param name="iteration">The end of the prefix; null for none.</param>
    /// <param name="addTensors">Adds the tensors to the bundle.</param>
    /// <param name="meta">The graph.</param>
    /// <param name="options">How many are kept.</param>
    /// <param name="cancel">Leaves the folder as it was.</param>
    public static CheckpointInfo Write(
        string folder, string stem, long? iteration, Action<BundleWriter> addTensors, MetaGraphDef meta, CheckpointOptions options, CancellationToken cancel)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string name = iteration is { } number ? string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}") : stem;
        string prefix = Path.Combine(folder, name);
        using SaveTransaction transaction = new(folder, options.FlushToDisk, cancel);
        (int shard, int shards) = FreeShard(prefix);
        string data = CheckpointFiles.DataPath(prefix, shard, shards), index = prefix + CheckpointFiles.IndexSuffix, metaPath = prefix + CheckpointFiles.MetaSuffix;
        BundleWriter? bundle = null;
        transaction.Write(data, stream => addTensors(bundle = new BundleWriter(stream, shard, shards)));
        transaction.Write(metaPath, meta.WriteTo);
        transaction.Write(index, stream => bundle!.WriteIndex(stream));
        cancel.ThrowIfCancellationRequested();
        transaction.Place(data);
        transaction.Place(metaPath);
        transaction.Place(index);
        transaction.FlushFolder();
        DeleteOtherShards(prefix, data);
        (CheckpointState state, IReadOnlyList<string> retired) = NextState(folder, stem, name, options.MaxToKeep);
        string statePath = Path.Combine(folder, CheckpointFiles.StateFile);
        transaction.Write(statePath, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(CheckpointStateText.Write(state))));
        transaction.Place(statePath);
        transaction.FlushFolder();
        foreach (string old in retired)
        {
            Delete(old);
        }

        return CheckpointFolder.Describe(prefix)! with { IsNewest = true };
    }

    // New data never goes under an old index: where one is in use, the other of two names is taken. The index says which it is, so that
    // putting the new index in place switches from the old data to the new in one instant.
    private static (int Shard, int Shards) FreeShard(string prefix)
    {
        if (File.Exists(prefix + CheckpointFiles.IndexSuffix) && CheckpointFolder.Describe(prefix) is not null)
        {
            using BundleReader old = new(prefix);
            if (old.Entries.Any(entry => entry.Shard == 0) && old.ShardCount == 1)
            {
                return (1, 2);
            }
        }

        return (0, 1);
    }

    private static (CheckpointState State, IReadOnlyList<string> Retired) NextState(string folder, string stem, string name, int maxToKeep)
    {
        List<string> names = CheckpointFolder.ReadState(folder) is { } old
            ? [.. old.AllModelCheckpointPaths.Select(path => CheckpointFolder.Inside(folder, path)).OfType<string>().Select(path => Path.GetRelativePath(folder, path))]
            : [.. CheckpointFolder.List(folder).Select(info => info.Name)];
        names.RemoveAll(other => other == name || !File.Exists(Path.Combine(folder, other) + CheckpointFiles.IndexSuffix));
        names.Add(name);
        List<string> mine = [.. names.Where(other => IsOfStem(other, stem))];
        List<string> retired = maxToKeep > 0 ? [.. mine.SkipLast(maxToKeep)] : [];
        CheckpointState state = new() { ModelCheckpointPath = name };
        state.AllModelCheckpointPaths.AddRange(names.Except(retired));
        return (state, [.. retired.Select(other => Path.Combine(folder, other))]);
    }

    private static bool IsOfStem(string name, string stem) =>
        name == stem || (name.StartsWith(stem + "-", StringComparison.Ordinal) && name.LastIndexOf('-') == stem.Length && CheckpointFiles.IterationOf(name) is not null);

    private static void DeleteOtherShards(string prefix, string kept)
    {
        foreach (string path in DataFiles(prefix).Where(path => path != kept))
        {
            SaveTransaction.Delete(path);
        }
    }

    // The index first: what has none does not exist.
    private static void Delete(string prefix)
    {
        SaveTransaction.Delete(prefix + CheckpointFiles.IndexSuffix);
        foreach (string path in DataFiles(prefix))
        {
            SaveTransaction.Delete(path);
        }

        SaveTransaction.Delete(prefix + CheckpointFiles.MetaSuffix);
    }

    private static IEnumerable<string> DataFiles(string prefix) => Directory.EnumerateFiles(Path.GetDirectoryName(prefix)!)
        .Where(path => path.StartsWith(prefix, StringComparison.Ordinal) && path.Length > prefix.Length && CheckpointFiles.PrefixOf(path) == prefix
            && !path.EndsWith(CheckpointFiles.IndexSuffix, StringComparison.Ordinal) && !path.EndsWith(CheckpointFiles.MetaSuffix, StringComparison.Ordinal));
}
