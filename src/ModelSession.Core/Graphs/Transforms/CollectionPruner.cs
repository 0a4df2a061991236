using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>Takes out of a MetaGraph what names nodes that its graph does not have.</summary>
internal static class CollectionPruner
{
    private static readonly HashSet<string> s_variables = new(StringComparer.Ordinal)
    {
        CollectionKeys.GlobalStep, CollectionKeys.LocalVariables, CollectionKeys.TrainableVariables, CollectionKeys.Variables,
        "metric_variables", "model_variables", "moving_average_variables",
    };

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
            case CollectionDef.KindOneofCase.BytesList when s_variables.Contains(key):
                return KeepItems(collection, bytes => VariableDef.Parser.ParseFrom(bytes) is var variable
                    && exists(variable.VariableName) && exists(variable.SnapshotName) && exists(variable.InitializerName));
            case CollectionDef.KindOneofCase.BytesList when key == "cond_context":
                return KeepItems(collection, bytes => CondContextDef.Parser.ParseFrom(bytes) is var context
                    && exists(context.PivotName) && exists(context.PredName) && (context.ValuesDef?.Values.All(exists) ?? true));
            case CollectionDef.KindOneofCase.BytesList when key == "while_context":
                return KeepItems(collection, bytes => WhileContextDef.Parser.ParseFrom(bytes) is var context
                    && exists(context.PivotName) && context.LoopExitNames.All(exists) && (context.ValuesDef?.Values.All(exists) ?? true));
            default:
                return true;
        }
    }

    private static bool KeepItems(CollectionDef collection, Func<ByteString, bool> keep)
    {
        ByteString[] items = [.. collection.BytesList.Value.Where(Parses)];
        collection.BytesList.Value.Clear();
        collection.BytesList.Value.AddRange(items);
        return items.Length > 0;

        // What is no message of the collection's kind names nothing that is there.
        bool Parses(ByteString item)
        {
            try
            {
                return keep(item);
            }
            catch (InvalidProtocolBufferException)
            {
                return false;
            }
        }
    }
}
