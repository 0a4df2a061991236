using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Internal;

namespace ModelSessions.PowerShell;

/// <summary>PowerShell's tables as dictionaries.</summary>
internal static class Tables
{
    /// <summary>A table's entries by name, whatever the case; values without PowerShell's wrapping.</summary>
    public static IReadOnlyDictionary<string, object> ToDictionary(Hashtable table)
    {
        Dictionary<string, object> dictionary = new(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in table)
        {
            dictionary[entry.Key.ToString()!] = Plain(entry.Value)
                ?? throw new ArgumentException($"'{entry.Key}' has no value (it is $null). Give it one or leave it out.");
        }

        return dictionary;
    }

    /// <summary>A table of names by names.</summary>
    public static Dictionary<string, string> ToNames(IDictionary table) => table.Cast<DictionaryEntry>().ToDictionary(
        entry => entry.Key.ToString()!,
        entry => Plain(entry.Value)?.ToString() ?? throw new ArgumentException($"'{entry.Key}' has no name (it is $null)."),
        StringComparer.Ordinal);

    /// <summary>A value without PowerShell's wrapping; what a block gives that gives nothing is null.</summary>
    public static object? Plain(object? value) => value is PSObject wrapped && !ReferenceEquals(wrapped, AutomationNull.Value) ? wrapped.BaseObject : value is PSObject ? null : value;
}
