using ModelSessions.Graphs.MetaGraphs;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>What is to be run after a SavedModel's variables are restored: its main op, where TensorFlow's versions have put it.</summary>
internal static class SavedModelStart
{
    /// <summary>The operation's name in a graph that imported the model into a scope; null if there is none.</summary>
    /// <exception cref="GraphException">There are several.</exception>
    public static string? OperationOf(MetaGraphDef meta, string scope) =>
        (OfSignature(meta) ?? OfCollection(meta, SavedModelKeys.MainOp) ?? OfCollection(meta, SavedModelKeys.LegacyInitOp)) is { } name ? ScopedNames.Prepend(name, scope) : null;

    private static string? OfSignature(MetaGraphDef meta) =>
        meta.SignatureDef.TryGetValue(SavedModelKeys.InitSignature, out SignatureDef? signature) && signature.Outputs.TryGetValue(SavedModelKeys.InitSignature, out TensorInfo? info)
            ? Graph.ParseTensorName(info.Name).Operation
            : null;

    private static string? OfCollection(MetaGraphDef meta, string key) => !meta.CollectionDef.TryGetValue(key, out CollectionDef? collection) ? null
        : collection.NodeList?.Value is [var only] ? Graph.ParseTensorName(only).Operation
        : throw new GraphException(StatusCode.InvalidArgument, $"The collection '{key}' of the model has {collection.NodeList?.Value.Count ?? 0} operations; it should name the one that is run at the start.");
}
