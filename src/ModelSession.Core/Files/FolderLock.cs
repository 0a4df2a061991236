using System.Diagnostics;

namespace ModelSessions.Files;

/// <summary>One writer at a time in a folder, over all processes. The system frees it when a process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private const string Name = ".checkpoint.lock";
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(60);

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock, a minute at most.</summary>
    public static FolderLock Acquire(string folder, CancellationToken cancel)
    {
        string path = Path.Combine(folder, Name);
        for (long start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                FileStream file = new(
                    path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
                if (OperatingSystem.IsWindows() || IsAt(path, file))
                {
                    return new FolderLock(file);
                }

                file.Dispose();
            }
            catch (IOException error) when (IsHeld(error) && Stopwatch.GetElapsedTime(start) < s_longestWait)
            {
                Thread.Sleep(5);
            }

            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Frees the folder and leaves no file behind.</summary>
    public void Dispose()
    {
        // While the lock is held: nobody else's file can be there.
        if (!OperatingSystem.IsWindows())
        {
            SaveTransaction.Delete(_file.Name);
        }

        _file.Dispose();
    }

    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.
    private static bool IsHeld(IOException error) => (error.HResult & 0xFFFF) is 11 or 35 or 32;

    // Between the opening and the locking of a file, whoever held it may have removed it, and another process made a new one: then this
    // lock is one on nothing. A time that only this file has tells whether it is the one at the path.
    private static bool IsAt(string path, FileStream file)
    {
        DateTime mark = DateTime.UnixEpoch.AddSeconds(Random.Shared.Next(1 << 30) * 2L);
        File.SetLastWriteTimeUtc(file.SafeFileHandle, mark);
        return File.GetLastWriteTimeUtc(path) == mark;
    }
}
