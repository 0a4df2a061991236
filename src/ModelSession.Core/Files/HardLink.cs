using System.Runtime.InteropServices;

namespace ModelSessions.Files;

/// <summary>A second name for a file.</summary>
internal static partial class HardLink
{
    /// <summary>Gives a file another name in the same folder; false where the file system has no such thing.</summary>
    public static bool TryCreate(string existing, string name) =>
        OperatingSystem.IsWindows() ? CreateHardLink(name, existing, 0) : Link(existing, name) == 0;

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string name, string existing, nint security);
}
