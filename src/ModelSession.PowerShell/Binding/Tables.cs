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
            dictionary[entry.Key.ToString() ?? ""] = Plain(entry.Value)
                ?? throw new ArgumentException($"'{entry.Key}' has no value (it is $null). Give it one or leave it out.");
        }

        return dictionary;
    }

    /// <summary>A table of names by names.</summary>
    public static Dictionary<string, string> ToNames(IDictionary table) => ByName(
        Entries(table),
        entry => Plain(entry.Value)?.ToString() ?? throw new ArgumentException($"'{entry.Key}' has no name (it is $null)."),
        StringComparer.Ordinal);

    /// <summary>The entries of any table: a Dictionary of .NET, enumerated as it is, gives pairs of its own.</summary>
    public static IEnumerable<DictionaryEntry> Entries(IDictionary table)
    {
        foreach (DictionaryEntry entry in table)
        {
            yield return entry;
        }
    }

    /// <summary>What a table's entries mean, by name.</summary>
    /// <exception cref="ArgumentException">Two keys are the same name: 1 and '1', or such as differ by case where that does not matter.</exception>
    public static Dictionary<string, T> ByName<T>(IEnumerable<DictionaryEntry> entries, Func<DictionaryEntry, T> value, StringComparer comparer)
    {
        Dictionary<string, T> named = new(comparer);
        foreach (DictionaryEntry entry in entries)
        {
            string name = entry.Key.ToString() ?? "";
            if (!named.TryAdd(name, value(entry)))
            {
                throw new ArgumentException($"'{name}' is given twice in the table.");
            }
        }

        return named;
    }

    /// <summary>A value without PowerShell's wrapping; what a block gives that gives nothing is null.</summary>
    public static object? Plain(object? value) => value is PSObject wrapped && !ReferenceEquals(wrapped, AutomationNull.Value) ? wrapped.BaseObject : value is PSObject ? null : value;
}
