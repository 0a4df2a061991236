using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>PowerShell's objects and tables as bindings, and what a binding names as such objects and tables.</summary>
internal static class BindingObjects
{
    /// <summary>The binding of an object: of a session its own, of a table its names and tensors, of anything else its fields.</summary>
    /// <param name="source">The object.</param>
    /// <param name="fields">The fields to take, case aside; all that can be bound if none is given.</param>
    public static Binding Read(PSObject source, IReadOnlyList<string> fields) => source.BaseObject switch
    {
        ModelSession session => Read(new PSObject(session.Binding), fields),
        Binding binding => Pick(binding, fields),
        IDictionary table => Pick(OfTable(table), fields),
        _ => Binding.FromFields(source, [.. fields.Select(field => source.Properties[field]?.Name ?? field)], Unwrap),
    };

    /// <summary>The binding that a table or a PSCustomObject says; it is only read.</summary>
    public static Binding OfTable(object table) => new((IDictionary)Plain(table));

    /// <summary>What was found in a graph, as an object with a property for each name.</summary>
    public static PSObject ToObject(IDictionary found)
    {
        PSObject result = new();
        Set(result, found);
        return result;
    }

    /// <summary>The same as a table; case does not matter in its keys, unless some differ by nothing else.</summary>
    public static OrderedDictionary ToTable(IDictionary found)
    {
        bool alike = found.Keys.Cast<string>().Distinct(StringComparer.OrdinalIgnoreCase).Count() == found.Count;
        OrderedDictionary table = new(alike ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry entry in found)
        {
            table[entry.Key] = Nested(entry.Value!, inner => ToTable(inner));
        }

        return table;
    }

    /// <summary>Sets properties of a PSCustomObject, and of those in it; what they lack is added.</summary>
    public static void Set(PSObject target, IDictionary found)
    {
        foreach (DictionaryEntry entry in found)
        {
            string name = (string)entry.Key;
            if (entry.Value is IDictionary parts && target.Properties[name] is { Value: PSObject { BaseObject: PSCustomObject } inner } there && there.Name == name)
            {
                Set(inner, parts);
                continue;
            }

            object value = Nested(entry.Value!, ToObject);
            if (target.Properties[name] is { } known)
            {
                known.Value = known.Name == name ? value : throw new GraphException(
                    StatusCode.InvalidArgument, $"The fields '{name}' and '{known.Name}' differ by case only, which an object of PowerShell cannot tell. Use -Into ([hashtable]).");
            }
            else
            {
                target.Properties.Add(new PSNoteProperty(name, value));
            }
        }
    }

    private static object Nested(object value, Func<IDictionary, object> convert) => value switch
    {
        IDictionary inner => convert(inner),
        object[] list => list.Select(item => Nested(item, convert)).ToArray(),
        _ => value,
    };

    private static object Unwrap(object value) => value switch
    {
        PSObject { BaseObject: PSCustomObject } custom => Entries(custom),
        PSObject wrapped => wrapped.BaseObject,
        _ => value,
    };

    /// <summary>A value without PowerShell's wrapping at any level; a PSCustomObject is a table.</summary>
    /// <exception cref="ArgumentException">It holds itself.</exception>
    public static object Plain(object value) => Plain(value, 0);

    private static object Plain(object value, int depth)
    {
        switch (Unwrap(value))
        {
            case IDictionary or object[] when depth == Nesting.Deepest:
                throw Nesting.TooDeep("The table or list");
            case IDictionary table:
                OrderedDictionary copy = [];
                foreach (DictionaryEntry entry in InOrder(table))
                {
                    copy[entry.Key.ToString() ?? ""] = entry.Value is null ? null : Plain(entry.Value, depth + 1);
                }

                return copy;
            case object[] list:
                return list.Select(item => item is null ? null : Plain(item, depth + 1)).ToArray();
            case var plain:
                return plain;
        }
    }

    // A hash table's own order changes from process to process.
    private static IEnumerable<DictionaryEntry> InOrder(IDictionary table) => table is Hashtable
        ? table.Cast<DictionaryEntry>().OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal)
        : Tables.Entries(table);

    private static OrderedDictionary Entries(PSObject custom)
    {
        OrderedDictionary entries = [];
        foreach (PSPropertyInfo property in custom.Properties)
        {
            entries[property.Name] = property.Value;
        }

        return entries;
    }

    private static Binding Pick(Binding binding, IReadOnlyList<string> keys)
    {
        if (keys.Count == 0)
        {
            return binding;
        }

        Binding picked = new();
        foreach (string key in keys.Select(key => binding.Keys.FirstOrDefault(known => string.Equals(known, key, StringComparison.OrdinalIgnoreCase)) ?? key))
        {
            picked[key] = binding[key] ?? throw new GraphException(
                StatusCode.NotFound, $"The binding has no '{key}'. It has {string.Join(", ", binding.Keys.Select(known => $"'{known}'"))}.");
        }

        return picked;
    }
}
