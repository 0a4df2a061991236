namespace ModelSessions.Files;

/// <summary>Files written aside in their folder and put in place one by one, so that a kill at any instant leaves each old or new, whole.</summary>
/// <remarks>One transaction at a time in a folder, over all processes: the others wait. That makes every temporary file found at the start
/// a leftover of a killed process, and it is removed.</remarks>
internal sealed class SaveTransaction : IDisposable
{
    private const string TemporarySuffix = ".tempsave";

    private readonly string _folder;
    private readonly bool _flush;
    private readonly FolderLock _lock;
    private readonly List<string> _temporary = [];

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
                throw new ModelFileException(StatusCode.AlreadyExists, folder, "this is a file; checkpoints need a folder.");
            }

            Directory.CreateDirectory(folder);
            return FolderLock.Acquire(folder, cancel);
        });
        foreach (string leftover in Directory.EnumerateFiles(folder, "*" + TemporarySuffix))
        {
            Delete(leftover);
        }
    }

    /// <summary>Writes a file aside; it is on disk when this returns.</summary>
    /// <returns>Where it is, to be given to <see cref="Place"/>.</returns>
    public string Write(string path, Action<FileStream> write)
    {
        string aside = path + TemporarySuffix;
        _temporary.Add(aside);
        return Guard(path, () =>
        {
            using FileStream stream = new(aside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
            write(stream);
            stream.Flush(_flush);
            return aside;
        });
    }

    /// <summary>Puts a file that was written aside in its place, over what may be there.</summary>
    public void Place(string path) => Guard(path, () =>
    {
        File.Move(path + TemporarySuffix, path, overwrite: true);
        return _temporary.Remove(path + TemporarySuffix);
    });

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

        _lock.Dispose();
    }

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
