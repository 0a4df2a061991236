using System.Diagnostics.CodeAnalysis;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A graph's collections: what TensorFlow keeps beside the nodes in a MetaGraph, by key.</summary>
public sealed partial class GraphCollections
{
    private readonly SortedDictionary<string, CollectionDef> _collections = new(StringComparer.Ordinal);

    /// <summary>The keys, sorted.</summary>
    public IReadOnlyCollection<string> Keys => _collections.Keys;

    /// <summary>A collection as TensorFlow writes it.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out CollectionDef? collection) => _collections.TryGetValue(key, out collection);

    /// <summary>Sets or replaces a whole collection.</summary>
    public void Set(string key, CollectionDef collection) => _collections[key] = collection;

    /// <summary>Removes a collection; false if there was none.</summary>
    public bool Remove(string key) => _collections.Remove(key);

    /// <summary>Adds the name of an operation or tensor to a collection of names.</summary>
    public void AddName(string key, string name) => Get(key, new CollectionDef { NodeList = new() }).NodeList.Value.Add(name);

    /// <summary>Adds bytes (a serialised message, a text of our own) to a collection of bytes.</summary>
    public void AddBytes(string key, Google.Protobuf.ByteString value) => Get(key, new CollectionDef { BytesList = new() }).BytesList.Value.Add(value);

    /// <summary>The names in a collection; none if there is no such collection or it holds something else.</summary>
    public IReadOnlyList<string> Names(string key) => _collections.TryGetValue(key, out CollectionDef? found) ? found.NodeList?.Value ?? [] : [];

    /// <summary>The byte strings in a collection; none if there is no such collection or it holds something else.</summary>
    public IReadOnlyList<Google.Protobuf.ByteString> Bytes(string key) => _collections.TryGetValue(key, out CollectionDef? found) ? found.BytesList?.Value ?? [] : [];

    private CollectionDef Get(string key, CollectionDef empty)
    {
        if (!_collections.TryGetValue(key, out CollectionDef? collection))
        {
            _collections[key] = collection = empty;
        }

        return collection.KindCase == empty.KindCase
            ? collection
            : throw new GraphException(StatusCode.InvalidArgument, $"The collection '{key}' is a {collection.KindCase}, not a {empty.KindCase}.");
    }
}
