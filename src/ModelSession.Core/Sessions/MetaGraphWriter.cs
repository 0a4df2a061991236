using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A graph as a MetaGraph that TensorFlow's Python imports.</summary>
internal static class MetaGraphWriter
{
    // The release whose op registry is the catalog; Python compares it with its own.
    private const string TensorFlowVersion = "2.16.2";

    /// <summary>The graph with its collections, saver and the definitions of its ops.</summary>
    public static MetaGraphDef Write(Graph graph, SaverDef saver)
    {
        MetaGraphDef meta = new()
        {
            MetaInfoDef = new() { StrippedOpList = OpList(graph), TensorflowVersion = TensorFlowVersion },
            GraphDef = graph.ToGraphDef(withShapes: true),
            SaverDef = saver.Clone(),
        };
        foreach (string key in graph.Collections.Keys)
        {
            if (graph.Collections.TryGet(key, out CollectionDef? collection))
            {
                meta.CollectionDef.Add(key, collection.Clone());
            }
        }

        return meta;
    }

    private static OpList OpList(Graph graph)
    {
        OpList list = new();
        list.Op.AddRange(graph.Operations.Select(operation => operation.Type)
            .Concat(graph.Library.Function.SelectMany(function => function.NodeDef.Select(node => node.Op)))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(OpCatalog.Find).OfType<OpSchema>().Select(schema => schema.Definition));
        return list;
    }
}
