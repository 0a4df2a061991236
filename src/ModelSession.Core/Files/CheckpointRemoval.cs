namespace ModelSessions.Files;

/// <summary>Removes the files of checkpoints.</summary>
internal static class CheckpointRemoval
{
    /// <summary>Removes a checkpoint: the index first, since what has none does not exist; then data, graph and mark.</summary>
    /// <param name="prefix">Its full path.</param>
    /// <param name="graphSuffix">The end of the graph file's name.</param>
    public static void Remove(string prefix, string graphSuffix)
    {
        if (File.Exists(prefix + CheckpointFiles.IndexSuffix))
        {
            // Without the index, one of the first format that it has stood before would be there again.
            RemoveFirstFormat(prefix);
            SaveTransaction.Delete(prefix + CheckpointFiles.IndexSuffix);
        }
        else
        {
            // Of the first format there is no index: the file or files have the prefix itself as their name.
            foreach (string path in CheckpointFiles.FirstShards(prefix).Append(prefix))
            {
                SaveTransaction.Delete(path);
            }
        }

        RemoveParts(prefix, graphSuffix);
        SaveTransaction.Delete(CheckpointV1Files.StemOf(prefix) + CheckpointFiles.KeepSuffix);
    }

    /// <summary>Removes what a save has left that did not come to its index.</summary>
    public static void RemoveParts(string prefix, string graphSuffix)
    {
        foreach (string path in CheckpointFiles.DataFiles(prefix))
        {
            SaveTransaction.Delete(path);
        }

        SaveTransaction.Delete($"{CheckpointV1Files.StemOf(prefix)}.{graphSuffix}");
    }

    /// <summary>Removes data files of a whole checkpoint that its index does not speak of, those of the first format too.</summary>
    public static void RemoveStrayShards(string prefix)
    {
        HashSet<string> used;
        try
        {
            using BundleReader reader = new(prefix);
            if (reader.FindFault() is not null)
            {
                return;
            }

            used = [.. reader.Files];
        }
        catch (ModelSessionException error) when (error is ModelFileException or UnsupportedFeatureException)
        {
            return;
        }

        RemoveStrayShards(prefix, used);
    }

    /// <summary>Removes data files but those that the index speaks of, and those of the first format.</summary>
    public static void RemoveStrayShards(string prefix, HashSet<string> used)
    {
        foreach (string path in CheckpointFiles.DataFiles(prefix).Where(path => !used.Contains(path)))
        {
            SaveTransaction.Delete(path);
        }

        RemoveFirstFormat(prefix);
    }

    // Of a checkpoint in the first format under the name of one that has an index, which readers look at alone.
    private static void RemoveFirstFormat(string prefix)
    {
        foreach (string path in CheckpointFiles.FirstShards(prefix).Append(prefix).Where(CheckpointV1Files.IsOne))
        {
            SaveTransaction.Delete(path);
        }
    }
}
