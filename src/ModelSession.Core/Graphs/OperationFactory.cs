using Google.Protobuf.Collections;
using ModelSessions.Graphs.Importing;
using ModelSessions.Graphs.Ops;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>What an operation is made of. It keeps the arrays and the map.</summary>
internal readonly record struct NodeParts(
    OpSchema Schema, string Name, GraphTensor[] Inputs, GraphOperation[] ControlInputs, string Device, MapField<string, AttrValue> Attributes);

/// <summary>Makes operations that are sound by themselves: what op kind, attributes, inputs and shapes say must fit together. Whether a
/// name is free only the graph knows.</summary>
internal static class OperationFactory
{
    // Used and cleared within one call: graphs of 50,000 nodes are made of many calls.
    [ThreadStatic]
    private static List<SlotType>? t_slots;

    /// <summary>An operation with all attributes, types and shapes; not in the graph yet.</summary>
    /// <param name="graph">The graph that it will belong to.</param>
    /// <param name="id">Its place there.</param>
    /// <param name="parts">What it is made of; missing attributes are filled in.</param>
    /// <param name="producer">The GraphDef version of whoever made the node: decides whether a removed op is still allowed.</param>
    /// <param name="called">The functions that it may call; null for those of its graph.</param>
    /// <exception cref="GraphException">The parts do not fit together.</exception>
    public static GraphOperation Create(Graph graph, int id, in NodeParts parts, int producer, CalledFunctions? called = null)
    {
        OpSchema schema = parts.Schema;
        if (!Graph.IsNodeName(parts.Name))
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"'{parts.Name}' is not a node name: letters, digits, '.' first, then also '_', '-', '/', '\\', '>'.", parts.Name);
        }

        CheckDeprecation(schema, parts.Name, producer);
        if (!OpSignature.IsComplete(schema, parts.Attributes))
        {
            OpSignature.InferFromInputs(schema, parts.Attributes, parts.Inputs, parts.Name);
            OpSignature.FillDefaults(schema, parts.Attributes, parts.Name);
        }

        AttributeRules.Check(schema, parts.Attributes, parts.Name);
        List<SlotType> slots = t_slots ??= [];
        OpSignature.Expand(schema.Definition.InputArg, parts.Attributes, parts.Name, slots);
        CheckInputs(graph, parts, slots);
        OpSignature.Expand(schema.Definition.OutputArg, parts.Attributes, parts.Name, slots);
        GraphOperation operation = new(graph, id, parts, slots);
        OpRules.InferShapes(operation, producer, called);
        return operation;
    }

    private static void CheckDeprecation(OpSchema schema, string node, int producer)
    {
        if (schema.Definition.Deprecation is { } removed && producer >= removed.Version)
        {
            throw new GraphException(
                StatusCode.Unimplemented,
                $"Node '{node}': op {schema.Name} was removed in GraphDef version {removed.Version}; this graph's is {producer}. {removed.Explanation}".TrimEnd(),
                node);
        }
    }

    private static void CheckInputs(Graph graph, in NodeParts parts, List<SlotType> expected)
    {
        if (expected.Count != parts.Inputs.Length)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"Node '{parts.Name}' ({parts.Schema.Name}) takes {expected.Count} inputs ({string.Join(", ", parts.Schema.Definition.InputArg.Select(a => a.Name))}); it is given {parts.Inputs.Length}.",
                parts.Name);
        }

        for (int i = 0; i < expected.Count; i++)
        {
            GraphTensor input = parts.Inputs[i];
            if (input.Graph != graph)
            {
                throw new GraphException(StatusCode.InvalidArgument, $"Node '{parts.Name}': input {i} '{input.Name}' belongs to another graph.", parts.Name);
            }

            if (input.DType != expected[i].DType || (expected[i].IsRef && !input.IsRef))
            {
                throw new GraphException(
                    StatusCode.InvalidArgument,
                    $"Node '{parts.Name}' ({parts.Schema.Name}): input {i} '{input.Name}' is {Text(input.DType, input.IsRef)}; it must be {Text(expected[i].DType, expected[i].IsRef)}.",
                    parts.Name);
            }
        }
    }

    private static string Text(DType type, bool isRef) => type.Name() + (isRef ? "_ref" : "");
}
