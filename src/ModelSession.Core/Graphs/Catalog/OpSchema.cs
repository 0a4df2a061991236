using System.Collections.Frozen;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>The definition of an op kind or function: what its nodes must look like.</summary>
public sealed class OpSchema
{
    private readonly FrozenDictionary<string, OpDef.Types.AttrDef> _attributes;

    internal OpSchema(OpDef definition)
    {
        Definition = definition;
        _attributes = definition.Attr.ToFrozenDictionary(attribute => attribute.Name);
    }

    /// <summary>The op kind.</summary>
    public string Name => Definition.Name;

    /// <summary>Whether running it changes or depends on state: it is never folded or shared.</summary>
    public bool IsStateful => Definition.IsStateful;

    /// <summary>TensorFlow's definition.</summary>
    public OpDef Definition { get; }

    /// <summary>The definition of an attribute; null if there is none of that name.</summary>
    public OpDef.Types.AttrDef? Attribute(string name) => _attributes.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
