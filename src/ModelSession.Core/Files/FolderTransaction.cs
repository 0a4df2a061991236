using Microsoft.Win32.SafeHandles;

namespace ModelSessions.Files;

/// <summary>A folder written aside and put in place whole, so that a kill at any instant leaves the old one or the new one, never half of one.</summary>
internal static class FolderTransaction
{
    private const string ReplacedSuffix = ".replaced" + SaveTransaction.TemporarySuffix;

    /// <summary>Writes a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="mayReplace">Whether a folder that is there already, and not empty, may go.</param>
    /// <param name="fill">Puts the files into a folder of another name beside it.</param>
    /// <param name="cancel">Leaves everything as it was.</param>
    /// <exception cref="ModelFileException">There is something else already, or it cannot be written.</exception>
    public static void Write(string folder, Func<string, bool> mayReplace, Action<string> fill, CancellationToken cancel) => FileAccessErrors.Guard(folder, () =>
    {
        string parent = Path.GetDirectoryName(folder) ?? throw new ModelFileException(StatusCode.InvalidArgument, folder, "this is the root of a file system; give a folder in it.");
        Directory.CreateDirectory(parent);
        using FolderLock one = FolderLock.Acquire(parent, cancel);
        string aside = folder + SaveTransaction.TemporarySuffix, replaced = folder + ReplacedSuffix;
        Recover(folder, aside, replaced);
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !mayReplace(folder)))
        {
            throw new ModelFileException(StatusCode.AlreadyExists, folder, "there is something under this name already. Give another folder, or replace a model that is there (-Force).");
        }

        try
        {
            fill(Directory.CreateDirectory(aside).FullName);
            FlushAll(aside);
            cancel.ThrowIfCancellationRequested();
            Place(folder, aside, replaced);
            FolderSync.Flush(parent);
            return folder;
        }
        finally
        {
            Delete(aside);
        }
    });

    /// <summary>Where a folder's content is: in the folder, or, if a writer was killed between its two renames, beside it until the next write.</summary>
    public static string Locate(string folder) => !Directory.Exists(folder) && !File.Exists(folder) && Directory.Exists(folder + ReplacedSuffix) ? folder + ReplacedSuffix : folder;

    /// <summary>Whether a folder is one that was about to be replaced.</summary>
    public static bool IsAside(string folder) => folder.EndsWith(ReplacedSuffix, StringComparison.Ordinal);

    private static void Place(string folder, string aside, string replaced)
    {
        if (Directory.Exists(folder))
        {
            Directory.Move(folder, replaced);
        }

        Directory.Move(aside, folder);
        Delete(replaced);
    }

    // Of a process that was killed: between its two renames, the old folder has no place; it gets its own back.
    private static void Recover(string folder, string aside, string replaced)
    {
        if (Directory.Exists(replaced) && !Directory.Exists(folder))
        {
            Directory.Move(replaced, folder);
        }

        Delete(replaced);
        Delete(aside);
    }

    private static void FlushAll(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
        }

        foreach (string inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
        {
            FolderSync.Flush(inner);
        }

        FolderSync.Flush(folder);
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
