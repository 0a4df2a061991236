namespace ModelSessions;

/// <summary>A JSON text of ours in a bytes collection, and the scope that names in it have.</summary>
/// <remarks>Python's <c>import_meta_graph(import_scope=…)</c> takes bytes for names and puts its scope before them: <c>m1/{"inputs": …}</c>;
/// a graph into which several were imported has several of them in one collection.</remarks>
/// <param name="Scope">The scope; empty for none.</param>
/// <param name="Text">The JSON.</param>
internal readonly record struct ScopedJson(string Scope, string Text)
{
    /// <summary>The texts in a collection, in its order; none if there is no such collection.</summary>
    public static IReadOnlyList<ScopedJson> All(GraphCollections collections, string key) => [.. collections.Bytes(key).Select(bytes => Split(bytes.ToStringUtf8()))];

    private static ScopedJson Split(string text)
    {
        int brace = text.IndexOf('{', StringComparison.Ordinal);
        return brace <= 0 ? new ScopedJson("", text) : new ScopedJson(text[..brace].TrimEnd('/'), text[brace..]);
    }
}
