using Google.Protobuf;
using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.MetaGraphs;

/// <summary>A graph's collections as a MetaGraph of a scope has them: items of other scopes stay out, names lose the scope.</summary>
internal static class ExportedCollections
{
    public static void Add(MapField<string, CollectionDef> target, GraphCollections collections, string scope, IReadOnlyList<string> unbound)
    {
        foreach (string key in collections.Keys)
        {
            if (key != ScopedGraph.UnboundInputCollection && collections.TryGet(key, out CollectionDef? collection) && InScope(key, collection, scope) is { } part)
            {
                target.Add(key, part);
            }
        }

        if (unbound.Count > 0)
        {
            CollectionDef inputs = new() { BytesList = new() };
            inputs.BytesList.Value.AddRange(unbound.Select(ByteString.CopyFromUtf8));
            target.Add(ScopedGraph.UnboundInputCollection, inputs);
        }
    }

    /// <summary>Takes the scope off a message's names; false if it lies elsewhere.</summary>
    public static bool TryStrip(IMessage message, string scope)
    {
        if (ScopedNames.Strip(CollectionMessages.NameOf(message), scope) is null)
        {
            return false;
        }

        CollectionMessages.Rename(message, name => ScopedNames.Strip(name, scope) ?? name);
        return true;
    }

    // Null if nothing of it lies in the scope.
    private static CollectionDef? InScope(string key, CollectionDef collection, string scope)
    {
        CollectionDef copy = collection.Clone();
        if (scope.Length == 0)
        {
            return copy;
        }

        switch (copy.KindCase)
        {
            case CollectionDef.KindOneofCase.NodeList:
                Replace(copy.NodeList.Value, [.. copy.NodeList.Value.Select(name => ScopedNames.Strip(name, scope)).OfType<string>()]);
                return copy.NodeList.Value.Count > 0 ? copy : null;
            case CollectionDef.KindOneofCase.BytesList:
                Replace(copy.BytesList.Value, [.. copy.BytesList.Value.Select(item => InScope(key, item, scope)).OfType<ByteString>()]);
                return copy.BytesList.Value.Count > 0 ? copy : null;
            default:
                return copy;
        }
    }

    private static ByteString? InScope(string key, ByteString item, string scope)
    {
        if (CollectionMessages.Parse(key, item) is { } message)
        {
            return TryStrip(message, scope) ? message.ToByteString() : null;
        }

        // A text is taken for a name, as on import.
        return ScopedNames.Strip(item.ToStringUtf8(), scope) is { } text ? ByteString.CopyFromUtf8(text) : null;
    }

    private static void Replace<T>(RepeatedField<T> field, T[] items)
    {
        field.Clear();
        field.AddRange(items);
    }
}
