using System.Reflection;
using System.Runtime.Loader;

namespace ModelSessions.PowerShell.Loading;

/// <summary>Holds the packages' assemblies, so that another module may bring other versions of them.</summary>
/// <remarks>
/// Our own assemblies live in the default context, because PowerShell resolves type literals and base classes there only. What they refer
/// to is looked for there too; the default context asks us when it has no such assembly or has loaded an older one. A newer one that is
/// loaded already is taken by the runtime without asking: packages promise that newer versions serve older callers.
/// </remarks>
internal sealed class DependencyContext : AssemblyLoadContext
{
    private readonly Dictionary<string, (string Path, Version? Version)> _assemblies;

    private DependencyContext(string folder)
        : base("ModelSession dependencies") =>
        _assemblies = Directory.EnumerateFiles(folder, "*.dll").ToDictionary(
            path => Path.GetFileNameWithoutExtension(path),
            path => (path, AssemblyName.GetAssemblyName(path).Version),
            StringComparer.OrdinalIgnoreCase);

    /// <summary>Answers the default context from now on.</summary>
    public static void Attach(string folder) => Default.Resolving += new DependencyContext(folder).Resolve;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        _assemblies.TryGetValue(assemblyName.Name!, out (string Path, Version? Version) found) ? LoadFromAssemblyPath(found.Path) : null;

    // Who asks is not told. Ours ask for exactly what is staged; another version is another module's matter, and its own to find.
    private Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        _assemblies.TryGetValue(name.Name!, out (string Path, Version? Version) found) && found.Version == name.Version
            ? LoadFromAssemblyName(name)
            : null;
}
