using System.IO.Compression;
using System.Reflection;
using System.Runtime.Loader;

namespace ModelSessions.PowerShell.Loading;

/// <summary>Holds the packages' assemblies, so that another module may bring other versions of them.</summary>
/// <remarks>
/// Our own assemblies live in the default context, because PowerShell resolves type literals and base classes there only. What they refer
/// to is looked for there too; the default context asks us when it has no such assembly or has loaded an older one. A newer one that is
/// loaded already is taken by the runtime without asking: packages promise that newer versions serve older callers. Another module that asks
/// for the very version of ours is given ours, since an answer is remembered by name and version: packages must be staged whole, not trimmed.
/// </remarks>
internal sealed class DependencyContext : AssemblyLoadContext
{
    private readonly Dictionary<string, string> _files;
    private readonly Dictionary<string, Version?> _versions;

    private DependencyContext(string folder)
        : base("ModelSession dependencies")
    {
        _files = Directory.EnumerateFiles(folder).ToDictionary(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase);
        _versions = typeof(ModelDefinition).Assembly.GetReferencedAssemblies()
            .ToDictionary(name => name.Name!, name => name.Version, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Answers the default context from now on.</summary>
    public static void Attach(string folder) => Default.Resolving += new DependencyContext(folder).Resolve;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        !_files.TryGetValue(assemblyName.Name!, out string? path) ? null
        : Path.GetExtension(path) == ".zip" ? LoadFromStream(Unpack(path))
        : LoadFromAssemblyPath(path);

    // Who asks is not told. Ours ask for exactly what is staged; another version is another module's matter, and its own to find.
    private Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        _files.ContainsKey(name.Name!) && _versions.GetValueOrDefault(name.Name!) == name.Version ? LoadFromAssemblyName(name) : null;

    private static MemoryStream Unpack(string path)
    {
        using ZipArchive archive = new(File.OpenRead(path));
        ZipArchiveEntry assembly = archive.Entries.Single();
        MemoryStream bytes = new(checked((int)assembly.Length));
        using Stream packed = assembly.Open();
        packed.CopyTo(bytes);
        bytes.Position = 0;
        return bytes;
    }
}
