using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Gradients;

/// <summary>Nodes that call functions.</summary>
internal static class CallNodes
{
    /// <summary>Calls a function.</summary>
    public static IReadOnlyList<GraphTensor> Call(GraphBuilder g, string function, IReadOnlyList<GraphTensor> inputs, IEnumerable<DType> results)
    {
        string type = IsStateful(g.Graph, function) ? "StatefulPartitionedCall" : "PartitionedCall";
        return Add(g, type, inputs, inputs, results, new() { ["f"] = Reference(function) });
    }

    /// <summary>Adds a call with lists of types of arguments and results.</summary>
    public static IReadOnlyList<GraphTensor> Add(
        GraphBuilder g, string type, IReadOnlyList<GraphTensor> inputs, IEnumerable<GraphTensor> arguments, IEnumerable<DType> results, NodeAttributes attributes)
    {
        attributes["Tin"] = Types(arguments.Select(argument => argument.DType));
        attributes["Tout"] = Types(results);
        return g.AddOperation(type, null, attributes, [.. inputs.Select(input => (Operand)input)]).Outputs;
    }

    /// <summary>Makes a call give further results.</summary>
    /// <param name="call">The call.</param>
    /// <param name="type">What kind of call it becomes.</param>
    /// <param name="attributes">Attributes that change.</param>
    /// <param name="added">The values, in the called function, that become results.</param>
    public static GraphTensor[] Widen(GraphOperation call, string type, NodeAttributes attributes, IReadOnlyList<GraphTensor> added)
    {
        OpSchema schema = OpCatalog.Find(type)!;
        MapField<string, AttrValue> all = [];
        foreach ((string key, AttrValue value) in call.Attributes)
        {
            // Shapes of results are not given for some of them only; what Python says of the number of results is no longer so.
            if (key is not ("output_shapes" or "_num_original_outputs") && (type == call.Type || key == "_class"))
            {
                all[key] = value;
            }
        }

        attributes["Tout"] = Types([.. call.Outputs.Select(output => output.DType), .. added.Select(tensor => tensor.DType)]);
        foreach ((string key, AttrValue value) in attributes.ToMap())
        {
            all[key] = value;
        }

        OpSignature.FillDefaults(schema, all, call.Name);
        return call.Widen(schema, all, added.Select(tensor => (tensor.DType, tensor.Shape)));
    }

    /// <summary>Whether a function does more than to compute results.</summary>
    public static bool IsStateful(Graph graph, params IEnumerable<string> functions) => functions.Any(function => graph.Functions.Find(function)?.Signature.IsStateful == true);

    /// <summary>A function as an attribute.</summary>
    public static AttributeValue Reference(string function) => new AttrValue { Func = new NameAttrList { Name = function } };

    /// <summary>A list of types as an attribute.</summary>
    public static AttributeValue Types(IEnumerable<DType> types)
    {
        AttrValue list = new() { List = new() };
        list.List.Type.AddRange(types.Select(type => type.ToProto()));
        return list;
    }
}
