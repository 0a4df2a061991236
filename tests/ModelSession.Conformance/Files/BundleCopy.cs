using ModelSessions.Files;

namespace ModelSessions.Conformance.Files;

/// <summary>Writes a tensor bundle again from what is read, tensors and slices in the order of the data.</summary>
internal static class BundleCopy
{
    /// <summary>Writes all files; their paths.</summary>
    public static IReadOnlyList<string> Write(BundleReader reader, string target)
    {
        Dictionary<string, (BundleEntry Tensor, TensorSlice Slice)> slices = reader.Entries
            .SelectMany(tensor => tensor.Slices.Select(slice => (tensor, slice)))
            .ToDictionary(pair => BundleIndex.SliceName(pair.tensor.Name, pair.slice), StringComparer.Ordinal);
        List<BundleWriter> writers = [];
        List<string> files = [];
        for (int shard = 0; shard < reader.ShardCount; shard++)
        {
            files.Add(CheckpointFiles.DataPath(target, shard, reader.ShardCount));
            using FileStream data = File.Create(files[^1]);
            BundleWriter writer = new(data, shard, reader.ShardCount);
            writers.Add(writer);
            // Tensors without elements share their offset with the next one; among those the order is free.
            foreach (BundleEntry entry in reader.Stored.Where(entry => entry.Shard == shard).OrderBy(entry => entry.Offset).ThenBy(entry => entry.ByteLength))
            {
                if (slices.TryGetValue(entry.Name, out var part))
                {
                    writer.AddSlice(part.Tensor.Name, part.Tensor.Shape, part.Slice, reader.ReadSlice(part.Tensor.Name, part.Slice));
                }
                else
                {
                    writer.Add(entry.Name, reader.Read(entry.Name));
                }
            }
        }

        files.Add(target + CheckpointFiles.IndexSuffix);
        using FileStream index = File.Create(files[^1]);
        BundleWriter.WriteIndex(index, writers);
        return files;
    }
}
