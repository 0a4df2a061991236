using Google.Protobuf;
using ModelSessions.Graphs.MetaGraphs;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>Takes out of a MetaGraph what names nodes that its graph does not have.</summary>
internal static class CollectionPruner
{
    /// <summary>Trims collections, signatures, assets and the saver; empty collections go.</summary>
    public static void Prune(MetaGraphDef meta)
    {
        HashSet<string> nodes = new(meta.GraphDef.Node.Select(node => node.Name), StringComparer.Ordinal);
        bool Exists(string name) => nodes.Contains(Graph.ParseTensorName(name.TrimStart('^')).Operation);
        foreach (string key in meta.CollectionDef.Keys.ToArray())
        {
            if (!Keep(key, meta.CollectionDef[key], Exists))
            {
                meta.CollectionDef.Remove(key);
            }
        }

        foreach (string key in meta.SignatureDef.Keys.ToArray())
        {
            SignatureDef signature = meta.SignatureDef[key];
            if (!signature.Inputs.Values.Concat(signature.Outputs.Values).All(info => info.EncodingCase != TensorInfo.EncodingOneofCase.Name || Exists(info.Name)))
            {
                meta.SignatureDef.Remove(key);
            }
        }

        AssetFileDef[] assets = [.. meta.AssetFileDef.Where(asset => Exists(asset.TensorInfo?.Name ?? ""))];
        meta.AssetFileDef.Clear();
        meta.AssetFileDef.AddRange(assets);
        if (meta.SaverDef is { } saver && !(Exists(saver.SaveTensorName) && Exists(saver.RestoreOpName)))
        {
            meta.SaverDef = null;
        }
    }

    // False if nothing is left of the collection.
    private static bool Keep(string key, CollectionDef collection, Func<string, bool> exists)
    {
        switch (collection.KindCase)
        {
            case CollectionDef.KindOneofCase.NodeList:
                string[] names = [.. collection.NodeList.Value.Where(exists)];
                collection.NodeList.Value.Clear();
                collection.NodeList.Value.AddRange(names);
                return names.Length > 0;
            case CollectionDef.KindOneofCase.BytesList:
                ByteString[] items = [.. collection.BytesList.Value.Where(item => Keep(key, item, exists))];
                collection.BytesList.Value.Clear();
                collection.BytesList.Value.AddRange(items);
                return items.Length > 0;
            default:
                return true;
        }
    }

    // Bytes that describe no node are kept as they are.
    private static bool Keep(string key, ByteString item, Func<string, bool> exists) => CollectionMessages.Parse(key, item) switch
    {
        null => true,
        CondContextDef context => CollectionMessages.Needs(context).Concat(context.ValuesDef?.Values ?? []).All(exists),
        WhileContextDef context => CollectionMessages.Needs(context).Concat(context.ValuesDef?.Values ?? []).All(exists),
        { } message => CollectionMessages.Needs(message).All(exists),
    };
}
