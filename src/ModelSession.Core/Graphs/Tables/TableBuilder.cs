using ModelSessions.Files;

namespace ModelSessions;

/// <summary>Tables that map keys to values, with the nodes of <c>tf.lookup</c>.</summary>
public sealed class TableBuilder
{
    private readonly GraphBuilder _g;

    internal TableBuilder(GraphBuilder builder) => _g = builder;

    /// <summary>A table of given keys and values: <c>tf.lookup.StaticHashTable</c> with a <c>KeyValueTensorInitializer</c>.</summary>
    /// <param name="keys">The keys, a vector: strings or integers.</param>
    /// <param name="values">As many values.</param>
    /// <param name="fallback">The value of all other keys.</param>
    /// <param name="name"><c>hash_table</c> if null.</param>
    /// <param name="sharedName">Under which sessions of one process share it; not shared if null.</param>
    public LookupTable HashTable(Operand keys, Operand values, Operand fallback, string? name = null, string? sharedName = null)
    {
        GraphTensor from = keys.ToTensor(_g, DType.Invalid, "keys"), to = values.ToTensor(_g, DType.Int64, "values");
        return Create(from, to, fallback.ToTensor(_g, to.DType, "Const"), Or(name, "hash_table"), Or(name, "hash_table"), 0, sharedName);
    }

    /// <summary>The numbers of the words of a vocabulary, int64, from 0 in its order; other words get one of some numbers behind them by their hash:
    /// <c>tf.lookup.StaticVocabularyTable</c>.</summary>
    /// <param name="words">The words, a vector of strings.</param>
    /// <param name="outOfVocabularyBuckets">How many numbers other words share.</param>
    /// <param name="name"><c>hash_table</c> if null.</param>
    /// <param name="sharedName">Under which sessions of one process share it; not shared if null.</param>
    public LookupTable Vocabulary(Operand words, int outOfVocabularyBuckets, string? name = null, string? sharedName = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outOfVocabularyBuckets, 1);
        GraphTensor keys = words.ToTensor(_g, DType.String, "keys");
        if (keys.DType != DType.String || keys.Shape.Rank != 1)
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"A vocabulary is a vector of strings; '{keys.Name}' is {keys.DType.Name()} {keys.Shape}.", keys.Operation.Name);
        }

        GraphTensor numbers = keys.Shape.IsFullyDefined
            ? _g.Sequence(Tensor.Scalar(0L), Tensor.Scalar(keys.Shape[0]), Tensor.Scalar(1L))
            : _g.Sequence(Tensor.Scalar(0L), _g.Add("Size", null, new() { ["out_type"] = DType.Int64 }, keys), Tensor.Scalar(1L));
        GraphTensor none = _g.Constant(Tensor.Scalar(-1L));
        return Create(keys, numbers, none, "hash_table", Or(name, "hash_table"), outOfVocabularyBuckets, sharedName);
    }

    /// <summary>An operation that fills all tables and begins what else the collection <c>table_initializer</c> lists.</summary>
    /// <param name="name">The name in the current scope.</param>
    public GraphOperation Initialize(string name = "init_all_tables")
    {
        GraphOperation[] all = [.. _g.Graph.Collections.Names(SavedModelKeys.TableInitializers).Select(_g.Graph.Operation)];
        return all.Length > 0 ? _g.GroupOperations(all, name) : _g.NoOp(name);
    }

    private LookupTable Create(GraphTensor keys, GraphTensor values, GraphTensor fallback, string name, string called, int buckets, string? sharedName)
    {
        NodeAttributes types = new() { ["key_dtype"] = keys.DType, ["value_dtype"] = values.DType, ["shared_name"] = sharedName ?? "" };
        GraphTensor handle = _g.Add("HashTableV2", name, types);
        GraphOperation initializer;
        using (_g.NameScope("key_value_init"))
        {
            initializer = _g.AddOperation("LookupTableImportV2", null, null, handle, keys, values);
        }

        _g.AddToCollection(SavedModelKeys.TableInitializers, initializer);
        return new LookupTable(_g, handle, initializer, fallback, called, buckets);
    }

    private static string Or(string? name, string fallback) => string.IsNullOrEmpty(name) ? fallback : name;
}
