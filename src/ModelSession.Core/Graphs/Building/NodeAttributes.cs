using System.Collections;
using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Attributes for a node that is to be added: <c>new() { ["padding"] = "SAME", ["N"] = 2 }</c>, or in PowerShell
/// <c>@{ padding = 'SAME'; N = 2 }</c>.</summary>
public sealed class NodeAttributes
{
    private readonly MapField<string, AttrValue> _values = [];

    /// <summary>None yet.</summary>
    public NodeAttributes()
    {
    }

    /// <summary>From a table of names and values, see <see cref="AttributeValue.From"/>.</summary>
    public NodeAttributes(IDictionary values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (DictionaryEntry entry in values)
        {
            this[(string)entry.Key] = AttributeValue.From(entry.Value!);
        }
    }

    /// <summary>Sets an attribute.</summary>
    public AttributeValue this[string name]
    {
        get => _values[name];
        set => _values[name] = value.Value;
    }

    /// <summary>The same attributes as another operation has.</summary>
    public static NodeAttributes From(GraphOperation operation, params ReadOnlySpan<string> names)
    {
        ArgumentNullException.ThrowIfNull(operation);
        NodeAttributes attributes = new();
        foreach (string name in names)
        {
            attributes[name] = operation.Attributes[name];
        }

        return attributes;
    }

    /// <summary>Whether an attribute is set.</summary>
    public bool Contains(string name) => _values.ContainsKey(name);

    internal MapField<string, AttrValue> ToMap() => _values.Clone();
}
