using System.Text;

namespace ModelSessions.Files;

/// <summary>Copies checkpoints as transactions.</summary>
internal static class CheckpointCopy
{
    private const int PartSize = 1 << 20;

    /// <summary>Copies a whole checkpoint; what is under the target's name is replaced in one instant.</summary>
    public static void Write(string source, string target, CheckpointOptions options, Action<WorkProgress>? progress, CancellationToken cancel)
    {
        string folder = Path.GetDirectoryName(target)!;
        using SaveTransaction transaction = new(folder, options.FlushToDisk, cancel);
        using CheckpointReader reader = CheckpointReader.Open(source);
        WorkCounter copied = new(progress, reader.Files.Sum(file => File.Exists(file) ? new FileInfo(file).Length : 0), WorkUnit.Bytes);
        if (reader.FormatVersion == 2)
        {
            WriteBundle(transaction, source, target, reader.ShardCount, copied, cancel);
        }
        else
        {
            WriteTables(transaction, source, target, reader.Files, copied, cancel);
        }

        List(transaction, folder, target);
    }

    private static void WriteBundle(SaveTransaction transaction, string source, string target, int count, WorkCounter copied, CancellationToken cancel)
    {
        ShardLayout layout = ShardLayout.For(target, count);
        List<string> files = [];
        for (int shard = 0; shard < count; shard++)
        {
            Copy(transaction, CheckpointFiles.DataPath(source, shard, count), layout.Path(shard), files, copied, cancel);
        }

        Copy(transaction, source + CheckpointFiles.MetaSuffix, target + CheckpointFiles.MetaSuffix, files, copied, cancel);
        string index = target + CheckpointFiles.IndexSuffix;
        transaction.Write(index, stream => ShardLayout.Renumber(source + CheckpointFiles.IndexSuffix, stream, layout.Shift, layout.Total));
        files.Add(index);
        files.ForEach(transaction.Place);
        transaction.FlushFolder();
        layout.Settle(transaction);
    }

    // Of the first format, whose files bear the prefix itself and a number if there are several.
    private static void WriteTables(SaveTransaction transaction, string source, string target, IReadOnlyList<string> tables, WorkCounter copied, CancellationToken cancel)
    {
        List<string> files = [];
        Copy(transaction, source + CheckpointFiles.MetaSuffix, target + CheckpointFiles.MetaSuffix, files, copied, cancel);
        foreach (string table in tables)
        {
            Copy(transaction, table, target + table[source.Length..], files, copied, cancel);
        }

        files.ForEach(transaction.Place);
        transaction.FlushFolder();
    }

    // A data file without tensors, or a graph, need not be there.
    private static void Copy(SaveTransaction transaction, string from, string to, List<string> files, WorkCounter copied, CancellationToken cancel)
    {
        if (File.Exists(from))
        {
            transaction.Write(to, stream => Pump(from, stream, copied, cancel));
            files.Add(to);
        }
    }

    private static void List(SaveTransaction transaction, string folder, string target)
    {
        string state = Path.Combine(folder, CheckpointFolder.DefaultStateFile);
        if (CheckpointStateFile.Message(folder, CheckpointFolder.DefaultStateFile) is null)
        {
            // Without one, the newest is the last of the list, which may be another than the copy.
            string newest = CheckpointFolder.List(folder)[^1].Prefix;
            transaction.Write(state, stream => stream.Write(Encoding.UTF8.GetBytes(CheckpointStateFile.Text(folder, StateUpdate.Seen(folder, newest), [StateUpdate.Seen(folder, target)]))));
            transaction.Place(state);
            return;
        }

        CheckpointFolder.RewriteStates(transaction, folder, (file, paths, newest) =>
        {
            if (file != CheckpointFolder.DefaultStateFile)
            {
                return newest;
            }

            CheckpointFolder.Insert(paths, target);
            return (CheckpointFiles.IterationOf(newest) ?? long.MinValue) <= (CheckpointFiles.IterationOf(target) ?? long.MinValue) ? target : newest;
        });
    }

    private static void Pump(string from, Stream to, WorkCounter copied, CancellationToken cancel)
    {
        using FileStream stream = File.OpenRead(Openable.Of(from));
        byte[] part = new byte[PartSize];
        for (int read = stream.Read(part); read > 0; read = stream.Read(part))
        {
            cancel.ThrowIfCancellationRequested();
            to.Write(part, 0, read);
            copied.Add(read);
        }
    }
}
