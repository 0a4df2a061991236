using System.Collections;
using ModelSessions.Graphs.MetaGraphs;
using ModelSessions.Protos;

namespace ModelSessions;

/// <content>Values of users: they go along in checkpoints and MetaGraphs, and Python finds them by <c>tf.get_collection</c>.</content>
public sealed partial class GraphCollections
{
    /// <summary>The items of a collection, as they are written or as near as .NET comes to it; none if there is no such collection.</summary>
    /// <returns>Texts, names and integers (<see cref="long"/>) as such, numbers as <see cref="double"/>, tables as
    /// <see cref="IDictionary"/>, lists as <see cref="IList"/>, bytes that are no text as an array, the messages of TensorFlow's own collections
    /// (<see cref="VariableDef"/> …) as messages.</returns>
    /// <exception cref="GraphException">An item is damaged.</exception>
    public IReadOnlyList<object?> Values(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return !_collections.TryGetValue(key, out CollectionDef? found) ? [] : found.KindCase switch
        {
            CollectionDef.KindOneofCase.NodeList => [.. found.NodeList.Value],
            CollectionDef.KindOneofCase.Int64List => [.. found.Int64List.Value.Cast<object>()],
            CollectionDef.KindOneofCase.FloatList => [.. found.FloatList.Value.Select(CollectionValue.ToDouble).Cast<object>()],
            CollectionDef.KindOneofCase.AnyList => [.. found.AnyList.Value],
            CollectionDef.KindOneofCase.BytesList => [.. found.BytesList.Value.Select(item => CollectionMessages.Parse(key, item) ?? CollectionValue.Decode(item))],
            _ => [],
        };
    }

    /// <summary>Puts values into a collection in place of what it has; none removes it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">Texts, numbers, truth values, null, lists and tables of these; or tensors, operations and variables of the graph, which are
    /// stored by name.</param>
    /// <exception cref="ArgumentException">A value is of another kind, or tensors and plain values are mixed.</exception>
    public void SetValues(string key, IEnumerable<object?> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(values);
        object?[] items = [.. values];
        if (items.Length == 0)
        {
            Remove(key);
            return;
        }

        if (CollectionMessages.Are(key) && !Array.TrueForAll(items, IsOfGraph))
        {
            throw new ArgumentException($"The collection '{key}' is TensorFlow's own: it describes parts of the graph, and holds no other values. Take another key.", nameof(values));
        }

        Set(key, Array.TrueForAll(items, IsOfGraph) ? OfGraph(key, items)
            : Array.Exists(items, IsOfGraph) ? throw new ArgumentException($"A collection holds names of nodes or plain values, not both: '{key}'.", nameof(values))
            : CollectionValue.Encode(items));
    }

    /// <summary>Adds a value behind those that a collection has.</summary>
    /// <inheritdoc cref="SetValues"/>
    /// <param name="value">See <see cref="SetValues"/>.</param>
    /// <param name="key">The key.</param>
    public void AddValue(string key, object? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (!_collections.ContainsKey(key))
        {
            SetValues(key, [value]);
        }
        else if (IsOfGraph(value))
        {
            CollectionDef added = OfGraph(key, [value]);
            Get(key, added.KindCase == CollectionDef.KindOneofCase.NodeList ? new CollectionDef { NodeList = new() } : new CollectionDef { BytesList = new() }).MergeFrom(added);
        }
        else
        {
            SetValues(key, Values(key).Append(value));
        }
    }

    private static bool IsOfGraph(object? value) => value is GraphTensor or GraphOperation or GraphVariable;

    // Variables in TensorFlow's own collections are messages, elsewhere they are tensors' names.
    private static CollectionDef OfGraph(string key, object?[] items)
    {
        CollectionDef collection = new();
        if (CollectionMessages.AreVariables(key))
        {
            collection.BytesList = new();
            collection.BytesList.Value.AddRange(items.Select(item => (item as GraphVariable)?.ToBytes()
                ?? throw new ArgumentException($"The collection '{key}' holds variables; {item} is none.", nameof(items))));
        }
        else
        {
            collection.NodeList = new();
            collection.NodeList.Value.AddRange(items.Select(item => item switch
            {
                GraphTensor tensor => tensor.Name,
                GraphVariable variable => variable.Handle.Name,
                _ => ((GraphOperation)item!).Name,
            }));
        }

        return collection;
    }
}
