namespace ModelSessions;

/// <summary>A table of a graph that maps keys to values. It is in no checkpoint: its initialiser, which the collection
/// <c>table_initializer</c> lists, is to be run in each session.</summary>
public sealed class LookupTable
{
    private readonly GraphBuilder _g;
    private readonly string _name;
    private readonly GraphTensor _fallback;
    private readonly int _buckets;

    internal LookupTable(GraphBuilder builder, GraphTensor handle, GraphOperation initializer, GraphTensor fallback, string name, int buckets)
    {
        _g = builder;
        _name = name;
        _fallback = fallback;
        _buckets = buckets;
        Handle = handle;
        Initializer = initializer;
    }

    /// <summary>The table itself.</summary>
    public GraphTensor Handle { get; }

    /// <summary>Fills the table.</summary>
    public GraphOperation Initializer { get; }

    /// <summary>The values of keys; for keys that are not in the table its default, or the number of a bucket behind those of the vocabulary.</summary>
    /// <param name="keys">Keys of the table's type, in any shape.</param>
    /// <param name="name">The table's name with <c>_Lookup</c> if null.</param>
    public GraphTensor Lookup(GraphTensor keys, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        using GraphScope scope = _g.NameScope(string.IsNullOrEmpty(name) ? _name + "_Lookup" : name);
        return _buckets == 0 ? Find(keys) : FindOrBucket(keys);
    }

    /// <summary>The values of a sparse tensor's keys, at the same places.</summary>
    /// <inheritdoc cref="Lookup(GraphTensor, string?)"/>
    public GraphSparseTensor Lookup(GraphSparseTensor keys, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return keys with { Values = Lookup(keys.Values, name) };
    }

    /// <summary>How many keys it knows, an int64; buckets are counted, too.</summary>
    /// <param name="name">The table's name with <c>_Size</c> if null.</param>
    public GraphTensor Size(string? name = null)
    {
        using GraphScope scope = _g.NameScope(string.IsNullOrEmpty(name) ? _name + "_Size" : name);
        if (_buckets == 0)
        {
            return _g.Add("LookupTableSizeV2", Handle);
        }

        GraphTensor known = Known();
        return _g.Plus(known, (long)_buckets);
    }

    private GraphTensor FindOrBucket(GraphTensor keys)
    {
        GraphTensor bucket = _g.Strings.ToHashBucketFast(keys, _buckets, "hash_bucket"), ids;
        using (_g.NameScope(InnerName + "_Lookup"))
        {
            ids = Find(keys);
        }

        GraphTensor outside = _g.Add("AddV2", "Add", null, bucket, Known());
        return _g.Where(ids.NotEqual(_fallback), ids, outside);
    }

    private GraphTensor Known()
    {
        using GraphScope scope = _g.NameScope(InnerName + "_Size");
        return _g.Add("LookupTableSizeV2", Handle);
    }

    // A vocabulary is a table and the buckets around it, each with a name.
    private string InnerName => Handle.Operation.Name[(Handle.Operation.Name.LastIndexOf('/') + 1)..];

    private GraphTensor Find(GraphTensor keys) => _g.Add("LookupTableFindV2", Handle, keys, _fallback);
}
