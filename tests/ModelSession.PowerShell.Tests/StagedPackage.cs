using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ModelSessions.Tests;

/// <summary>A package's assembly in the staged module: a file, or packed into one.</summary>
internal sealed record StagedPackage(string Name, bool IsPacked, byte[] Assembly)
{
    /// <summary>All of them.</summary>
    public static IEnumerable<StagedPackage> All() => Directory.EnumerateFiles(Path.Combine(StagedModule.Folder, "dependencies")).Select(Read);

    public Version Version
    {
        get
        {
            using PEReader file = new(new MemoryStream(Assembly));
            return file.GetMetadataReader().GetAssemblyDefinition().Version;
        }
    }

    private static StagedPackage Read(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        if (Path.GetExtension(path) != ".zip")
        {
            return new(name, IsPacked: false, File.ReadAllBytes(path));
        }

        using ZipArchive archive = ZipFile.OpenRead(path);
        ZipArchiveEntry entry = Assert.Single(archive.Entries);
        Assert.Equal(name + ".dll", entry.FullName);
        using MemoryStream bytes = new();
        using Stream packed = entry.Open();
        packed.CopyTo(bytes);
        return new(name, IsPacked: true, bytes.ToArray());
    }
}
