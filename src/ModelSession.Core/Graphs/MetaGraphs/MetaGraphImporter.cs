using ModelSessions.Graphs.MetaGraphs;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Brings a MetaGraph, nodes and collections, into a graph.</summary>
public static class MetaGraphImporter
{
    /// <summary>A new graph of a MetaGraph. Takes the definition over: it is not to be used afterwards.</summary>
    /// <inheritdoc cref="Import(Graph, MetaGraphDef, MetaGraphImportOptions)"/>
    public static MetaGraphImportResult Import(MetaGraphDef definition, MetaGraphImportOptions? options = null) =>
        Import(new Graph(), definition, options ?? new MetaGraphImportOptions());

    /// <summary>Adds a MetaGraph to a graph, as TensorFlow's <c>import_meta_graph</c>. A failed import leaves the graph as it was. Takes the
    /// definition over: it is not to be used afterwards.</summary>
    /// <exception cref="GraphException">The nodes are no valid graph, collections name what is not there, or inputs from outside are not
    /// mapped.</exception>
    public static MetaGraphImportResult Import(Graph graph, MetaGraphDef definition, MetaGraphImportOptions options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(options);
        CheckUnboundInputs(definition, options);
        CheckSaver(definition.SaverDef);
        List<string> warnings = [];
        ImportedCollections collections = new(definition, warnings.Add);
        GraphImportResult nodes = GraphImporter.Import(graph, definition.GraphDef ?? new GraphDef(), new GraphImportOptions
        {
            Prefix = options.Scope,
            InputMap = options.InputMap,
            ReturnElements = options.ReturnElements,
            ProducerOps = definition.MetaInfoDef?.StrippedOpList,
            ClearDevices = !options.KeepDevices,
            ShareResources = options.ShareResources,
            IgnoreShapeConflicts = options.IgnoreShapeConflicts,
            BeforeCommit = collections.Prepare,
        });
        collections.AddTo(graph.Collections);
        return new MetaGraphImportResult(graph, nodes, [.. nodes.Warnings, .. warnings])
        {
            Saver = InScope(definition.SaverDef, nodes.Prefix),
            Signatures = Signatures(definition, nodes.Prefix),
            Assets = Assets(definition, nodes.Prefix),
            Tags = [.. definition.MetaInfoDef?.Tags ?? []],
        };
    }

    private static void CheckUnboundInputs(MetaGraphDef definition, MetaGraphImportOptions options)
    {
        if (!definition.CollectionDef.TryGetValue(ScopedGraph.UnboundInputCollection, out CollectionDef? collection))
        {
            return;
        }

        string[] open =
        [
            .. (collection.BytesList?.Value.Select(bytes => bytes.ToStringUtf8()) ?? collection.NodeList?.Value ?? Enumerable.Empty<string>())
                .Distinct().Where(input => !options.InputMap.Keys.Any(key => Graph.ParseTensorName(key) == Graph.ParseTensorName(input))),
        ];
        if (open.Length > 0)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"The MetaGraph is a part of a larger graph and has inputs from outside of it: {string.Join(", ", open.Select(input => $"'{input}'"))}. Give a tensor for each of them in the input map.");
        }
    }

    private static void CheckSaver(SaverDef? saver)
    {
        if (saver is not null && (saver.SaveTensorName.Length == 0 || saver.RestoreOpName.Length == 0))
        {
            throw new GraphException(StatusCode.InvalidArgument, "The MetaGraph's saver does not say which nodes save and restore.");
        }
    }

    private static SaverDef? InScope(SaverDef? saver, string scope)
    {
        if (saver is not null)
        {
            CollectionMessages.Rename(saver, name => ScopedNames.Prepend(name, scope));
        }

        return saver;
    }

    private static Dictionary<string, SignatureDef> Signatures(MetaGraphDef definition, string scope)
    {
        foreach (TensorInfo info in definition.SignatureDef.Values.SelectMany(signature => signature.Inputs.Values.Concat(signature.Outputs.Values)))
        {
            TensorInfos.Rename(info, name => ScopedNames.Prepend(name, scope));
        }

        return definition.SignatureDef.ToDictionary(StringComparer.Ordinal);
    }

    private static AssetFileDef[] Assets(MetaGraphDef definition, string scope)
    {
        foreach (AssetFileDef asset in definition.AssetFileDef)
        {
            TensorInfos.Rename(asset.TensorInfo, name => ScopedNames.Prepend(name, scope));
        }

        return [.. definition.AssetFileDef];
    }
}
