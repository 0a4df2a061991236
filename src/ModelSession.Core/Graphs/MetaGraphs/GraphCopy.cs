using ModelSessions.Graphs.MetaGraphs;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Puts graphs together: nodes, functions and collections of one go into another, so that both train and are saved.</summary>
public static class GraphCopy
{
    /// <summary>Copies a graph, or a scope of it, into another or into the same. A failed copy leaves the target as it was.</summary>
    /// <exception cref="GraphException">Inputs from outside are not given, or names are not there.</exception>
    public static MetaGraphImportResult Into(Graph target, Graph source, GraphCopyOptions options)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        string from = options.From.TrimEnd('/');
        MetaGraphDef part = MetaGraphExporter.Export(source, new MetaGraphExportOptions { Scope = from, ClearDevices = options.ClearDevices }).Clone();
        Dictionary<string, GraphTensor> map = options.Inputs.ToDictionary(pair => ScopedGraph.NameOfInput(pair.Key, from), pair => pair.Value, StringComparer.Ordinal);
        Bind(part, map, target == source ? source : null);
        if (options.StopGradients)
        {
            StopGradients(part.GraphDef, map);
        }

        return MetaGraphImporter.Import(target, part, new MetaGraphImportOptions
        {
            Scope = options.To,
            InputMap = map,
            ReturnElements = [.. options.ReturnElements.Select(name => ScopedNames.Strip(name, from) ?? name)],
            KeepDevices = true,
        });
    }

    // In a copy within one graph, what comes from outside still does. Operations outside that were only waited for have no part in another
    // graph.
    private static void Bind(MetaGraphDef part, Dictionary<string, GraphTensor> map, Graph? same)
    {
        if (!part.CollectionDef.TryGetValue(ScopedGraph.UnboundInputCollection, out CollectionDef? unbound))
        {
            return;
        }

        CollectionDef open = new() { BytesList = new() };
        foreach (string input in unbound.BytesList.Value.Select(name => name.ToStringUtf8()))
        {
            string original = ScopedGraph.OriginalOf(input);
            if (input.StartsWith('^'))
            {
                Remove(part.GraphDef, input);
            }
            else if (same is not null && !map.Keys.Any(key => Graph.ParseTensorName(key) == Graph.ParseTensorName(input)))
            {
                map.Add(input, same.Tensor(original));
            }
            else
            {
                open.BytesList.Value.Add(Google.Protobuf.ByteString.CopyFromUtf8(input));
            }
        }

        part.CollectionDef[ScopedGraph.UnboundInputCollection] = open;
    }

    private static void Remove(GraphDef graph, string input)
    {
        foreach (NodeDef node in graph.Node)
        {
            while (node.Input.Remove(input))
            {
            }
        }
    }

    // The nodes that stop gradients belong to the copy: they come in with it or not at all.
    private static void StopGradients(GraphDef graph, Dictionary<string, GraphTensor> map)
    {
        HashSet<string> names = [.. graph.Node.Select(node => node.Name)];
        foreach ((string key, GraphTensor tensor) in map.Where(pair => pair.Value.DType.IsFloating() || pair.Value.DType.IsComplex()))
        {
            string name = "StopGradient";
            for (int i = 1; !names.Add(name); i++)
            {
                name = $"StopGradient_{i}";
            }

            foreach (NodeDef node in graph.Node)
            {
                for (int i = 0; i < node.Input.Count; i++)
                {
                    if (!node.Input[i].StartsWith('^') && Graph.ParseTensorName(node.Input[i]) == Graph.ParseTensorName(key))
                    {
                        node.Input[i] = name;
                    }
                }
            }

            graph.Node.Insert(0, new NodeDef { Name = name, Op = "StopGradient", Input = { key }, Attr = { ["T"] = new AttrValue { Type = tensor.DType.ToProto() } } });
        }
    }
}
