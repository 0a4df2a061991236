using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>Gives placeholders a value that holds where nobody feeds one, so that a model can be served by its inputs alone.</summary>
internal static class PlaceholderDefaults
{
    /// <summary>Turns placeholders into ones with a default. Tensors keep their names.</summary>
    /// <param name="graph">The graph; it is changed.</param>
    /// <param name="values">Values by the placeholders' names.</param>
    public static void Set(GraphDef graph, IReadOnlyDictionary<string, Tensor> values)
    {
        HashSet<string> names = new(graph.Node.Select(node => node.Name), StringComparer.Ordinal);
        foreach (NodeDef node in graph.Node.Where(node => node.Op is "Placeholder" or "PlaceholderV2" && values.ContainsKey(node.Name)).ToArray())
        {
            Tensor value = values[node.Name];
            NodeDef constant = new() { Name = $"{node.Name}/default", Op = "Const" };
            for (int i = 1; !names.Add(constant.Name); i++)
            {
                constant.Name = $"{node.Name}/default_{i}";
            }

            constant.Attr["dtype"] = new AttrValue { Type = value.DType.ToProto() };
            constant.Attr["value"] = new AttrValue { Tensor = TensorCodec.ToProto(value) };
            graph.Node.Insert(graph.Node.IndexOf(node), constant);
            node.Op = "PlaceholderWithDefault";
            node.Input.Add(constant.Name);
        }
    }
}
