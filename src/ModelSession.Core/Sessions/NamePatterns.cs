using System.IO.Enumeration;

namespace ModelSessions;

/// <summary>Picks names by patterns, in which <c>*</c> and <c>?</c> stand for any letters.</summary>
internal static class NamePatterns
{
    /// <summary>The names that match any of the patterns (all, if there are none to be matched) and none of the others.</summary>
    /// <param name="names">The names.</param>
    /// <param name="include">Patterns of those taken; null for all.</param>
    /// <param name="exclude">Patterns of those left out.</param>
    /// <param name="what">What the names are, for the message.</param>
    /// <exception cref="GraphException">A pattern of those taken matches nothing; all such are listed with what is near.</exception>
    public static HashSet<string> Pick(IReadOnlyCollection<string> names, IReadOnlyList<string>? include, IReadOnlyList<string> exclude, string what)
    {
        string[] idle = [.. (include ?? []).Where(pattern => !names.Any(name => Matches(pattern, name)))];
        if (idle.Length > 0)
        {
            string told = idle is [var only] ? $"'{only}'.{NearestNames.Hint(only, names)}" : $"{string.Join(", ", idle.Select(pattern => Told(pattern, names)))}.";
            throw new GraphException(StatusCode.NotFound, $"No {what} has a name like {told}");
        }

        return [.. names.Where(name => (include is null || include.Any(pattern => Matches(pattern, name))) && !exclude.Any(pattern => Matches(pattern, name)))];
    }

    // One of several.
    private static string Told(string pattern, IReadOnlyCollection<string> names) =>
        NearestNames.Hint(pattern, names).TrimStart() is { Length: > 0 } hint ? $"'{pattern}' (d{hint[1..]})" : $"'{pattern}'";

    /// <summary>Whether a name, or the name of an operation's output, matches.</summary>
    public static bool Matches(string pattern, string name)
    {
        string plain = pattern.EndsWith(":0", StringComparison.Ordinal) ? pattern[..^2] : pattern;
        return plain == name || FileSystemName.MatchesSimpleExpression(plain.Replace("\\", "\\\\", StringComparison.Ordinal), name, ignoreCase: false);
    }
}
