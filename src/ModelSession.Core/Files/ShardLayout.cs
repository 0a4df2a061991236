using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>How the data files of a checkpoint being saved are named.</summary>
/// <remarks>New data never goes under an old index. Where one with the same number of data files is in use, the new files get other numbers,
/// which the index tells: putting the new index in place switches from the old data to the new in one instant. Then the files get their usual
/// names, as second names first, and an index that says so.</remarks>
/// <param name="Prefix">The checkpoint.</param>
/// <param name="Count">The number of data files.</param>
/// <param name="Shift">By how much their numbers are higher than usual.</param>
internal sealed record ShardLayout(string Prefix, int Count, int Shift)
{
    /// <summary>The number of data files that the first index speaks of.</summary>
    public int Total => Count + Shift;

    /// <summary>The names that are free for a save.</summary>
    public static ShardLayout For(string prefix, int count)
    {
        return new ShardLayout(prefix, count, BundleIndex.ReadShardCount(prefix) == count ? 1 : 0);
    }

    /// <summary>Where a data file is written.</summary>
    public string Path(int shard) => CheckpointFiles.DataPath(Prefix, shard + Shift, Total);

    /// <summary>Gives the data files their usual names. Where the file system cannot, they keep those they have.</summary>
    /// <param name="transaction">The save; its files are in place.</param>
    /// <param name="writeIndex">Writes the index with the usual numbers; null where only the files know it.</param>
    /// <param name="filled">The data files with tensors; null where only the files know it.</param>
    public void Settle(SaveTransaction transaction, Action<Stream>? writeIndex = null, IEnumerable<int>? filled = null)
    {
        int shift = Shift, total = Total;
        bool known = filled is not null;
        if (Shift > 0 && Enumerable.Range(0, Count).All(Link))
        {
            string index = Prefix + CheckpointFiles.IndexSuffix;
            transaction.FlushFolder();
            try
            {
                transaction.Write(index, writeIndex ?? (stream => Renumber(index, stream, -Shift, Count)));
                transaction.Place(index);
                transaction.FlushFolder();
                (shift, total) = (0, Count);
            }
            catch (ModelFileException)
            {
                // The disk is full, it may be: the checkpoint is whole as it is, and the index alone tells how.
                known = false;
            }
        }

        if (known)
        {
            CheckpointRemoval.RemoveStrayShards(Prefix, [.. filled!.Select(shard => CheckpointFiles.DataPath(Prefix, shard + shift, total))]);
        }
        else
        {
            CheckpointRemoval.RemoveStrayShards(Prefix);
        }
    }

    /// <summary>Writes an index with other numbers of data files.</summary>
    /// <param name="index">The index.</param>
    /// <param name="target">Receives the other one.</param>
    /// <param name="shift">Is added to the number of each tensor's data file.</param>
    /// <param name="total">The number of data files that the index speaks of.</param>
    public static void Renumber(string index, Stream target, int shift, int total)
    {
        using FileStream source = File.OpenRead(Openable.Of(index));
        TableWriter table = new(target);
        new TableReader(source).Scan((key, value) =>
        {
            if (key.IsEmpty)
            {
                BundleHeaderProto header = BundleHeaderProto.Parser.ParseFrom(value);
                header.NumShards = total;
                table.Add(key, header.ToByteArray());
                return;
            }

            BundleEntryProto entry = BundleEntryProto.Parser.ParseFrom(value);
            entry.ShardId += shift;
            table.Add(key, entry.ToByteArray());
        });
        table.Finish();
    }

    private bool Link(int shard)
    {
        string path = CheckpointFiles.DataPath(Prefix, shard, Count);
        SaveTransaction.Delete(path);
        // A data file without tensors need not be there.
        return !File.Exists(Path(shard)) || HardLink.TryCreate(Path(shard), path);
    }
}
