namespace ModelSessions.Graphs.MetaGraphs;

/// <summary>Puts a name scope before names of nodes and takes it off again, as TensorFlow does it in a MetaGraph: <c>^a</c> and <c>loc:@a</c>
/// keep their marks in front.</summary>
internal static class ScopedNames
{
    private static readonly string[] s_marks = ["^", "loc:@", ""];

    /// <summary>The name in a scope; an empty name stays empty.</summary>
    public static string Prepend(string name, string scope)
    {
        if (scope.Length == 0 || name.Length == 0)
        {
            return name;
        }

        string mark = Mark(name);
        return $"{mark}{scope}/{name[mark.Length..]}";
    }

    /// <summary>The name without the scope; null if it does not lie in it.</summary>
    public static string? Strip(string name, string scope)
    {
        if (scope.Length == 0)
        {
            return name;
        }

        string mark = Mark(name);
        ReadOnlySpan<char> rest = name.AsSpan(mark.Length);
        return rest.Length > scope.Length && rest.StartsWith(scope) && rest[scope.Length] == '/'
            ? $"{mark}{rest[scope.Length..].TrimStart('/')}"
            : null;
    }

    private static string Mark(string name) => Array.Find(s_marks, mark => name.StartsWith(mark, StringComparison.Ordinal))!;
}
