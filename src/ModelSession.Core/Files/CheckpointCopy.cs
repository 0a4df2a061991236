using System.Text;

namespace ModelSessions.Files;

/// <summary>Copies checkpoints as transactions.</summary>
internal static class CheckpointCopy
{
    private const int PartSize = 1 << 20;

    /// <summary>Copies a whole checkpoint; what is under the target's name is replaced in one instant.</summary>
    public static void Write(string source, string target, CheckpointOptions options, CancellationToken cancel)
    {
        string folder = Path.GetDirectoryName(target)!;
        using SaveTransaction transaction = new(folder, options.FlushToDisk, cancel);
        int count;
        using (CheckpointReader reader = CheckpointReader.Open(source))
        {
            count = reader.ShardCount;
        }

        ShardLayout layout = ShardLayout.For(target, count);
        List<string> files = [];
        for (int shard = 0; shard < count; shard++)
        {
            Copy(CheckpointFiles.DataPath(source, shard, count), layout.Path(shard));
        }

        Copy(source + CheckpointFiles.MetaSuffix, target + CheckpointFiles.MetaSuffix);
        string index = target + CheckpointFiles.IndexSuffix;
        transaction.Write(index, stream => ShardLayout.Renumber(source + CheckpointFiles.IndexSuffix, stream, layout.Shift, layout.Total));
        files.Add(index);
        files.ForEach(transaction.Place);
        transaction.FlushFolder();
        layout.Settle(transaction);
        List(transaction, folder, target);

        // A data file without tensors, or a graph, need not be there.
        void Copy(string from, string to)
        {
            if (File.Exists(from))
            {
                transaction.Write(to, stream => Pump(from, stream, cancel));
                files.Add(to);
            }
        }
    }

    private static void List(SaveTransaction transaction, string folder, string target)
    {
        string state = Path.Combine(folder, CheckpointFolder.DefaultStateFile);
        if (CheckpointStateFile.Message(folder, CheckpointFolder.DefaultStateFile) is null)
        {
            transaction.Write(state, stream => stream.Write(Encoding.UTF8.GetBytes(CheckpointStateFile.Text(folder, StateUpdate.Seen(folder, target)))));
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

    private static void Pump(string from, Stream to, CancellationToken cancel)
    {
        using FileStream stream = File.OpenRead(from);
        byte[] part = new byte[PartSize];
        for (int read = stream.Read(part); read > 0; read = stream.Read(part))
        {
            cancel.ThrowIfCancellationRequested();
            to.Write(part, 0, read);
        }
    }
}
