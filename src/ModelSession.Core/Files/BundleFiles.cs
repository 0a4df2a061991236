namespace ModelSessions.Files;

/// <summary>A tensor bundle by itself, as the ops SaveV2 and RestoreV2 know it: no meta file, no state file.</summary>
internal static class BundleFiles
{
    /// <summary>Writes all tensors under a prefix: data, then index, each put in place whole.</summary>
    /// <exception cref="ModelFileException">A file cannot be written.</exception>
    public static void Write(string prefix, IEnumerable<(string Name, Tensor Value)> tensors, CancellationToken cancel)
    {
        prefix = Path.GetFullPath(prefix);
        using SaveTransaction transaction = new(Path.GetDirectoryName(prefix)!, flushToDisk: false, cancel);
        string data = CheckpointFiles.DataPath(prefix, 0, 1), index = prefix + CheckpointFiles.IndexSuffix;
        BundleWriter? bundle = null;
        transaction.Write(data, stream =>
        {
            bundle = new BundleWriter(stream);
            foreach ((string name, Tensor value) in tensors)
            {
                bundle.Add(name, value, cancel);
            }
        });
        transaction.Write(index, stream => bundle!.WriteIndex(stream));
        transaction.Place(data);
        transaction.Place(index);
    }
}
