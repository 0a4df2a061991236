using ModelSessions.Graphs.MetaGraphs;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A graph, or a scope of it, as a MetaGraph that TensorFlow's Python imports.</summary>
public static class MetaGraphExporter
{
    // The release whose op registry is the catalog; Python compares it with its own.
    private const string TensorFlowVersion = "2.16.2";

    /// <summary>The graph with its collections and the definitions of its ops, as TensorFlow's <c>export_meta_graph</c>.</summary>
    /// <exception cref="GraphException">Nothing of the graph lies in the scope.</exception>
    public static MetaGraphDef Export(Graph graph, MetaGraphExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        options ??= new MetaGraphExportOptions();
        string scope = options.Scope.TrimEnd('/');
        ScopedGraph part = new(graph, scope, options.ClearDevices);
        MetaGraphDef meta = new() { MetaInfoDef = new() { TensorflowVersion = TensorFlowVersion }, GraphDef = part.ToGraphDef() };
        if (scope.Length > 0 && meta.GraphDef.Node.Count == 0)
        {
            IEnumerable<string> scopes = graph.Operations.Select(operation => operation.Name).Where(name => name.Contains('/', StringComparison.Ordinal))
                .Select(name => name[..name.LastIndexOf('/')]).Distinct(StringComparer.Ordinal);
            throw new GraphException(StatusCode.NotFound, $"Nothing of the graph is in the scope '{scope}'.{NearestNames.Hint(scope, scopes)}");
        }

        meta.MetaInfoDef.StrippedOpList = OpList(meta.GraphDef);
        meta.MetaInfoDef.Tags.AddRange(options.Tags);
        if (options.StripDefaultAttributes)
        {
            StripDefaults(meta);
        }

        if (!options.OmitSaver && options.Saver is { } saver && InScope(saver, scope) is { } inScope)
        {
            meta.SaverDef = inScope;
        }

        ExportedCollections.Add(meta.CollectionDef, graph.Collections, scope, part.UnboundInputs);
        foreach ((string name, SignatureDef signature) in options.Signatures)
        {
            meta.SignatureDef.Add(name, InScope(signature, scope));
        }

        return meta;
    }

    /// <summary>The constants of a graph that make its file large: a graph shared without its weights should not have them inside.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="bytes">From how many bytes on a constant is large.</param>
    /// <returns>Names of operations with the sizes of their values, largest first.</returns>
    public static IReadOnlyList<(string Name, long Bytes)> LargeConstants(GraphDef graph, long bytes = 1 << 16)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return
        [
            .. graph.Node.Where(node => node.Op == "Const" && node.Attr.ContainsKey("value"))
                .Select(node => (node.Name, Bytes: (long)(node.Attr["value"].Tensor?.CalculateSize() ?? 0)))
                .Where(constant => constant.Bytes >= bytes).OrderByDescending(constant => constant.Bytes),
        ];
    }

    private static OpList OpList(GraphDef graph)
    {
        OpList list = new();
        list.Op.AddRange(graph.Node.Select(node => node.Op)
            .Concat((graph.Library?.Function ?? []).SelectMany(function => function.NodeDef.Select(node => node.Op)))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(OpCatalog.Find).OfType<OpSchema>().Select(schema => schema.Definition));
        return list;
    }

    // Older readers understand a graph whose newer attributes have the values that their absence means.
    private static void StripDefaults(MetaGraphDef meta)
    {
        meta.MetaInfoDef.StrippedDefaultAttrs = true;
        foreach (NodeDef node in meta.GraphDef.Node.Concat((meta.GraphDef.Library?.Function ?? []).SelectMany(function => function.NodeDef)))
        {
            foreach (OpDef.Types.AttrDef attribute in OpCatalog.Find(node.Op)?.Definition.Attr ?? [])
            {
                if (attribute.DefaultValue is { } value && node.Attr.TryGetValue(attribute.Name, out AttrValue? found) && found.Equals(value))
                {
                    node.Attr.Remove(attribute.Name);
                }
            }
        }
    }

    private static SaverDef? InScope(SaverDef saver, string scope)
    {
        SaverDef copy = saver.Clone();
        return ExportedCollections.TryStrip(copy, scope) ? copy : null;
    }

    private static SignatureDef InScope(SignatureDef signature, string scope)
    {
        SignatureDef copy = signature.Clone();
        foreach (TensorInfo info in copy.Inputs.Values.Concat(copy.Outputs.Values))
        {
            TensorInfos.Rename(info, name => ScopedNames.Strip(name, scope) ?? name);
        }

        return copy;
    }
}
