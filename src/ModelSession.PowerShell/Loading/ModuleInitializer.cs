using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace ModelSessions.PowerShell.Loading;

/// <summary>Runs when PowerShell imports the module, and when it removes it.</summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static int _attached;

    /// <inheritdoc/>
    public void OnImport()
    {
        // The assemblies stay loaded when the module is removed, and so does what resolves their references.
        if (Interlocked.Exchange(ref _attached, 1) == 0)
        {
            string module = Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!;
            DependencyContext.Attach(Path.Combine(module, "dependencies"));

            // PowerShell finds type literals and base classes only in what is loaded already.
            RuntimeHelpers.RunModuleConstructor(typeof(ModelDefinition).Module.ModuleHandle);
            RuntimeHelpers.RunModuleConstructor(typeof(CpuEngine).Module.ModuleHandle);
        }
    }

    /// <summary>Closes the sessions of the runspace that the module is removed from.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo) => OwnedSessions.Close();
}
