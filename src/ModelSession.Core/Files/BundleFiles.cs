namespace ModelSessions.Files;

/// <summary>Checkpoints by themselves, as the ops SaveV2, Save and MergeV2Checkpoints know them: no meta file, no state file.</summary>
internal static class BundleFiles
{
    /// <summary>Writes tensors under a prefix: data, then index, each put in place whole.</summary>
    /// <exception cref="ModelFileException">A file cannot be written.</exception>
    public static void Write(string prefix, Action<BundleWriter> addTensors, CancellationToken cancel)
    {
        prefix = Path.GetFullPath(prefix);
        using SaveTransaction transaction = new(Path.GetDirectoryName(prefix)!, flushToDisk: false, cancel);
        string data = CheckpointFiles.DataPath(prefix, 0, 1), index = prefix + CheckpointFiles.IndexSuffix;
        BundleWriter? bundle = null;
        transaction.Write(data, stream => addTensors(bundle = new BundleWriter(stream)));
        transaction.Write(index, stream => bundle!.WriteIndex(stream));
        transaction.Place(data);
        transaction.Place(index);
    }

    /// <summary>Writes a checkpoint of the first format, put in place whole.</summary>
    /// <exception cref="ModelFileException">The file cannot be written.</exception>
    public static void WriteV1(string path, CheckpointV1Writer tensors, CancellationToken cancel)
    {
        path = Path.GetFullPath(path);
        using SaveTransaction transaction = new(Path.GetDirectoryName(path)!, flushToDisk: false, cancel);
        transaction.Write(path, stream => tensors.WriteTo(stream, cancel));
        transaction.Place(path);
    }

    /// <summary>Makes one bundle of several: their data files are renamed, and one index is written of theirs.</summary>
    /// <param name="prefixes">The bundles, in the order that data files are numbered.</param>
    /// <param name="destination">The prefix of the new bundle.</param>
    /// <param name="deleteOld">Whether the bundles' indexes go, and their folders where these are empty then.</param>
    /// <param name="allowMissing">Whether bundles that are not there are passed over.</param>
    /// <exception cref="ModelFileException">A bundle is missing or damaged, or two have a tensor of the same name.</exception>
    public static void Merge(IReadOnlyList<string> prefixes, string destination, bool deleteOld, bool allowMissing)
    {
        destination = Path.GetFullPath(destination);
        using SaveTransaction transaction = new(Path.GetDirectoryName(destination)!, flushToDisk: false, CancellationToken.None);
        BundleIndexWriter merged = new();
        Dictionary<(string Prefix, int Shard), int> numbers = [];
        List<BundleIndex> sources = [.. prefixes.Where(prefix => !allowMissing || File.Exists(prefix + CheckpointFiles.IndexSuffix)).Select(BundleIndex.Read)];
        foreach (BundleIndex source in sources)
        {
            foreach (BundleEntry entry in source.InKeyOrder)
            {
                Add(merged, source, entry, numbers);
            }
        }

        int shardCount = sources.Sum(source => source.ShardCount);
        string index = destination + CheckpointFiles.IndexSuffix;
        transaction.Write(index, stream => merged.WriteTo(stream, shardCount));
        // What may be there under this name must not come to lie under an index that is not its own.
        SaveTransaction.Delete(index);
        foreach (((string prefix, int shard), int number) in numbers)
        {
            int count = sources.First(source => source.Prefix == prefix).ShardCount;
            string from = CheckpointFiles.DataPath(prefix, shard, count);
            FileAccessErrors.Guard(from, () =>
            {
                File.Move(from, CheckpointFiles.DataPath(destination, number, shardCount), overwrite: true);
                return number;
            });
        }

        transaction.Place(index);
        if (deleteOld)
        {
            Delete(sources, index);
        }
    }

    private static void Add(BundleIndexWriter merged, BundleIndex source, BundleEntry entry, Dictionary<(string, int), int> numbers)
    {
        if (entry.Fault is { } fault)
        {
            throw new ModelFileException(StatusCode.DataLoss, source.Prefix + CheckpointFiles.IndexSuffix, $"'{entry.Name}' cannot be merged: {fault}");
        }

        if (!numbers.TryGetValue((source.Prefix, entry.Shard), out int number))
        {
            numbers.Add((source.Prefix, entry.Shard), number = numbers.Count);
        }

        try
        {
            merged.Add(entry with { Shard = number });
        }
        catch (ArgumentException error)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, source.Prefix, $"it cannot be merged with the others: {error.Message}", innerException: error);
        }
    }

    private static void Delete(List<BundleIndex> sources, string kept)
    {
        foreach (string prefix in sources.Select(source => source.Prefix))
        {
            if (Path.GetFullPath(prefix + CheckpointFiles.IndexSuffix) != kept)
            {
                SaveTransaction.Delete(prefix + CheckpointFiles.IndexSuffix);
            }
        }

        foreach (string folder in sources.Select(source => Path.GetDirectoryName(Path.GetFullPath(source.Prefix))!).Distinct())
        {
            DeleteIfEmpty(folder);
        }
    }

    // As TensorFlow does: a folder that holds something else stays.
    private static void DeleteIfEmpty(string folder)
    {
        try
        {
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            // Something was put there meanwhile, or the folder may not be removed: the checkpoint is whole all the same.
        }
    }
}
