namespace ModelSessions;

/// <summary>Bindings cut down to what a part of a graph has.</summary>
internal static class BindingFilter
{
    /// <summary>The binding without the names that are not kept; lists are kept whole or not at all.</summary>
    public static Binding Where(Binding binding, Func<string, bool> keep)
    {
        Binding kept = new();
        foreach (string key in binding.Keys)
        {
            if (binding.TryGet(key, out object? value) && Kept(value, keep) is { } part)
            {
                kept.SetPlain(key, part);
            }
        }

        return kept;
    }

    private static object? Kept(object value, Func<string, bool> keep) => value switch
    {
        string name => keep(name) ? name : null,
        Binding inner => Where(inner, keep) is { Keys.Count: > 0 } kept ? kept : null,
        IReadOnlyList<object> list => List([.. list.Select(item => Kept(item, keep))]),
        _ => null,
    };

    private static object?[]? List(object?[] items) => items.Length > 0 && !items.Contains(null) ? items : null;
}
