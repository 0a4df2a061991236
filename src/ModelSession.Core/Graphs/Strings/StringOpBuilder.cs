namespace ModelSessions;

/// <summary>Operations on strings, with the nodes of <c>tf.strings</c>.</summary>
public sealed class StringOpBuilder
{
    private readonly GraphBuilder _g;

    internal StringOpBuilder(GraphBuilder builder) => _g = builder;

    /// <summary>The words of texts: <c>tf.compat.v1.string_split</c>.</summary>
    /// <param name="source">Texts, a vector.</param>
    /// <param name="delimiter">Characters each of which ends a word; each byte is a word if empty.</param>
    /// <param name="skipEmpty">Whether empty words are left out.</param>
    /// <param name="name"><c>StringSplit</c> if null.</param>
    /// <returns>A row for each text.</returns>
    public GraphSparseTensor Split(GraphTensor source, string delimiter = " ", bool skipEmpty = true, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(delimiter);
        using GraphScope scope = _g.NameScope(string.IsNullOrEmpty(name) ? "StringSplit" : name);
        GraphTensor ends = _g.Constant(Tensor.Scalar(delimiter));
        GraphOperation split = _g.AddOperation("StringSplit", null, new() { ["skip_empty"] = skipEmpty }, source, ends);
        split.Outputs[0].MergeShape([-1, 2]);
        split.Outputs[2].MergeShape([2]);
        return new GraphSparseTensor(split.Outputs[0], split.Outputs[1], split.Outputs[2]);
    }

    /// <summary>A number below <paramref name="buckets"/> for each string, the same for the same string always.</summary>
    /// <param name="strings">Strings of any shape.</param>
    /// <param name="buckets">How many numbers there are.</param>
    /// <param name="name"><c>StringToHashBucketFast</c> if null.</param>
    /// <returns>int64 of the same shape.</returns>
    public GraphTensor ToHashBucketFast(GraphTensor strings, long buckets, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(strings);
        ArgumentOutOfRangeException.ThrowIfLessThan(buckets, 1);
        return _g.Add("StringToHashBucketFast", name, new() { ["num_buckets"] = buckets }, strings);
    }

    /// <summary>Strings one behind the other, element by element; scalars are joined to each.</summary>
    /// <param name="parts">Strings of one shape, or scalars.</param>
    /// <param name="separator">What stands between them.</param>
    /// <param name="name"><c>StringJoin</c> if null.</param>
    public GraphTensor Join(GraphTensor[] parts, string separator = "", string? name = null)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return _g.Add("StringJoin", name, new() { ["separator"] = separator }, [.. parts.Select(part => (Operand)part)]);
    }

    /// <summary>Strings in small letters.</summary>
    /// <param name="strings">Strings of any shape.</param>
    /// <param name="encoding"><c>utf-8</c>; ASCII letters only if empty.</param>
    /// <param name="name"><c>StringLower</c> if null.</param>
    public GraphTensor Lower(GraphTensor strings, string encoding = "", string? name = null) =>
        _g.Add("StringLower", name, new() { ["encoding"] = encoding }, strings);

    /// <summary>Numbers written as text.</summary>
    /// <param name="strings">Strings of any shape.</param>
    /// <param name="dtype">Of the numbers.</param>
    /// <param name="name"><c>StringToNumber</c> if null.</param>
    public GraphTensor ToNumber(GraphTensor strings, DType dtype = DType.Float32, string? name = null) =>
        _g.Add("StringToNumber", name, new() { ["out_type"] = dtype }, strings);

    /// <summary>Every match of a regular expression (RE2) replaced.</summary>
    /// <param name="strings">Strings of any shape.</param>
    /// <param name="pattern">The expression.</param>
    /// <param name="rewrite">What stands in its place; <c>\1</c> is its first group.</param>
    /// <param name="name"><c>RegexReplace</c> if null.</param>
    public GraphTensor RegexReplace(GraphTensor strings, string pattern, string rewrite, string? name = null) =>
        _g.Add("StaticRegexReplace", string.IsNullOrEmpty(name) ? "RegexReplace" : name, new() { ["pattern"] = pattern, ["rewrite"] = rewrite }, strings);
}
