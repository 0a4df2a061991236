using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Objects that PowerShell has taken to pieces on their way out of another process: their properties are left.</summary>
internal static class Deserialized
{
    /// <summary>Whether this was of the type before.</summary>
    public static bool Is<T>(object? value) => value is PSObject taken && taken.TypeNames.Contains("Deserialized." + typeof(T).FullName);

    /// <summary>Whether this was a dataset, or a part of one, before.</summary>
    public static bool IsData(object? value) =>
        value is PSObject taken && taken.TypeNames.Any(name => name.StartsWith("Deserialized.ModelSessions.Data.", StringComparison.Ordinal));
}
