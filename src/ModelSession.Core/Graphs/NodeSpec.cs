using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>What is needed to add an operation to a graph.</summary>
public sealed class NodeSpec
{
    /// <summary>The op kind.</summary>
    public required string Type { get; init; }

    /// <summary>The name, which must be free.</summary>
    public required string Name { get; init; }

    /// <summary>Data inputs, in the order of the op's definition.</summary>
    public IReadOnlyList<GraphTensor> Inputs { get; init; } = [];

    /// <summary>Operations that must run before.</summary>
    public IReadOnlyList<GraphOperation> ControlInputs { get; init; } = [];

    /// <summary>The device it asks for; empty if any.</summary>
    public string Device { get; init; } = "";

    /// <summary>Attributes; those that inputs decide and those with defaults may be left out. The graph keeps the map.</summary>
    public MapField<string, AttrValue> Attributes { get; init; } = [];
}
