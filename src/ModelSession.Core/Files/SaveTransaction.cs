using System.Text;

namespace ModelSessions.Files;

/// <summary>Files written aside in their folder and put in place one by one, so that a kill at any instant leaves each old or new, whole.</summary>
/// <remarks>One transaction at a time in a folder, over all processes: the others wait. That makes every temporary file found at the start
/// a leftover of a killed process: what its journal tells is finished or undone, and the files are removed.</remarks>
internal sealed class SaveTransaction : IDisposable
{
    /// <summary>The end of all temporary files' names.</summary>
    public const string TemporarySuffix = ".tempsave";

    private readonly string _folder;
    private readonly bool _flush;
    private readonly FolderLock _lock;
    private readonly List<string> _temporary = [];
    private bool _begun;

    /// <summary>Creates the folder if need be, waits for its lock and cleans up.</summary>
    /// <exception cref="ModelFileException">The folder cannot be made or written.</exception>
    public SaveTransaction(string folder, bool flushToDisk, CancellationToken cancel)
    {
        _folder = folder;
        _flush = flushToDisk;
        _lock = Guard(folder, () =>
        {
            if (File.Exists(folder))
            {
                throw new ModelFileException(StatusCode.AlreadyExists, folder, "this is a file; a folder is needed.");
            }

            if (IsOfDevices(Path.GetFullPath(folder)))
            {
                throw new ModelFileException(StatusCode.InvalidArgument, folder, "this is the folder of the machine's devices; choose another one.");
            }

            Directory.CreateDirectory(folder);
            return FolderLock.Acquire(folder, cancel);
        });
        bool clean = false;
        try
        {
            Recover();
            clean = true;
        }
        finally
        {
            if (!clean)
            {
                _lock.Dispose();
            }
        }
    }

    /// <summary>Writes one file, over an older one; its folder is made if need be.</summary>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public static void WriteOne(string path, Action<FileStream> write, CancellationToken cancel = default)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw new ModelFileException(StatusCode.AlreadyExists, full, "this is a folder; give the name of a file.");
        }

        using SaveTransaction transaction = new(Path.GetDirectoryName(full)!, flushToDisk: true, cancel);
        transaction.Write(full, write);
        transaction.Place(full);
        transaction.FlushFolder();
    }

    /// <summary>Writes a file aside; it is on disk when this returns.</summary>
    public void Write(string path, Action<FileStream> write)
    {
        string aside = path + TemporarySuffix;
        _temporary.Add(aside);
        WriteWhole(path, aside, write);
    }

    /// <summary>Puts a file that was written aside in its place, over what may be there.</summary>
    public void Place(string path) => Guard(path, () =>
    {
        File.Move(path + TemporarySuffix, path, overwrite: true);
        return _temporary.Remove(path + TemporarySuffix);
    });

    /// <summary>What was written aside for a path and is not placed yet.</summary>
    public static byte[] ReadAside(string path) => Guard(path, () => File.ReadAllBytes(path + TemporarySuffix));

    /// <summary>Tells what is to be done from here on, for the case that this process ends before it is done.</summary>
    public void Begin(SaveJournal journal)
    {
        string path = Path.Combine(_folder, SaveJournal.FileName);
        _begun = true;
        WriteWhole(path, path, journal.WriteTo);
    }

    /// <summary>All that the journal tells is done.</summary>
    public void Complete()
    {
        _begun = false;
        Delete(Path.Combine(_folder, SaveJournal.FileName));
    }

    /// <summary>Makes the renames so far survive a loss of power.</summary>
    public void FlushFolder()
    {
        if (_flush)
        {
            FolderSync.Flush(_folder);
        }
    }

    /// <summary>Removes a file; one that is held open elsewhere stays until the next time.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            // Windows keeps files that someone reads: what is written is whole all the same, and the next save tries again.
        }
    }

    /// <summary>Removes what was written aside and not placed, and frees the folder.</summary>
    public void Dispose()
    {
        foreach (string path in _temporary)
        {
            Delete(path);
        }

        try
        {
            if (_begun)
            {
                Recover();
            }
        }
        catch (ModelFileException)
        {
            // What made the save fail stands in the way of this as well: the journal stays for the next one.
        }
        finally
        {
            _lock.Dispose();
        }
    }

    // Everything here may be done twice: the process that does it may be killed, too.
    private void Recover()
    {
        if (SaveJournal.Read(_folder) is { } journal)
        {
            string prefix = Path.Combine(_folder, journal.Name);
            if (journal.IsPlaced(_folder))
            {
                Finish(journal);
            }
            else if (!File.Exists(journal.Index(_folder)))
            {
                CheckpointRemoval.RemoveParts(prefix, journal.GraphSuffix);
            }

            CheckpointRemoval.RemoveStrayShards(prefix);
        }

        foreach (string leftover in Guard(_folder, () => Directory.GetFiles(_folder, "*" + TemporarySuffix)).OrderBy(path => path.EndsWith(SaveJournal.FileName, StringComparison.Ordinal)))
        {
            Delete(leftover);
        }
    }

    private void Finish(SaveJournal journal)
    {
        if (journal is { StateFile: { } name, StateText: { } text })
        {
            string path = Path.Combine(_folder, name);
            Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
            Place(path);
            FlushFolder();
        }

        foreach (string retired in journal.Retired.Where(retired => retired != journal.Name))
        {
            CheckpointRemoval.Remove(Path.Combine(_folder, retired), journal.GraphSuffix);
        }

        new ShardLayout(Path.Combine(_folder, journal.Name), journal.Shards, journal.Shift).Settle(this);
    }

    // A rename puts a file in the place of a device, and whoever may do so takes /dev/null from the whole machine.
    private static bool IsOfDevices(string folder) => !OperatingSystem.IsWindows()
        && (folder.TrimEnd('/') == "/dev" || folder.StartsWith("/dev/", StringComparison.Ordinal)) && !$"{folder}/".StartsWith("/dev/shm/", StringComparison.Ordinal);

    private void WriteWhole(string path, string aside, Action<FileStream> write) => Guard(path, () =>
    {
        using FileStream stream = new(aside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        write(stream);
        stream.Flush(_flush);
        return true;
    });

    private static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(path, error);
        }
    }
}
