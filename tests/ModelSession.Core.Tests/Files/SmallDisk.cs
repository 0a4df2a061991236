using System.Diagnostics;

namespace ModelSessions.Tests.Files;

/// <summary>A file system of a test's own that fills up, or can be made read-only. Where none can be mounted the test is skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Filler = ".filler";

    private readonly TemporaryFolder _folder = new();

    private SmallDisk()
    {
    }

    public string Path => _folder["disk"];

    public static SmallDisk Mount(int kilobytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only an administrator of Linux can mount a small file system.");
        SmallDisk disk = new();
        Directory.CreateDirectory(disk.Path);
        if (Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", disk.Path) != 0)
        {
            disk._folder.Dispose();
            Assert.Skip("A small file system cannot be mounted here.");
        }

        return disk;
    }

    public void MakeReadOnly() => Assert.SkipUnless(Run("mount", "-o", "remount,ro", Path) == 0, "The file system cannot be made read-only here.");

    /// <summary>Leaves no more room than so many kilobytes.</summary>
    public void Fill(int room)
    {
        using FileStream filler = new(System.IO.Path.Combine(Path, Filler), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (byte[] part = new byte[4096]; ;)
            {
                filler.Write(part);
            }
        }
        catch (IOException)
        {
            filler.SetLength(Math.Max(0, filler.Length - room * 1024));
        }
    }

    public void Free() => File.Delete(System.IO.Path.Combine(Path, Filler));

    /// <summary>All files, with what is in them.</summary>
    public string[] Contents() =>
    [
        .. Directory.EnumerateFileSystemEntries(Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => File.Exists(path) ? $"{path} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}" : path),
    ];

    public void Dispose()
    {
        _ = Run("umount", Path);
        _folder.Dispose();
    }

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
