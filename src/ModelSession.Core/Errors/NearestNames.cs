namespace ModelSessions;

/// <summary>"Did you mean": the names nearest to one that is not there.</summary>
internal static class NearestNames
{
    /// <summary>Up to <paramref name="count"/> candidates, nearest first; none that differ in more than half of their letters.</summary>
    public static IReadOnlyList<string> To(string name, IEnumerable<string> candidates, int count = 3) =>
    [
        .. candidates.Distinct()
            .Select(candidate => (candidate, distance: Distance(name, candidate)))
            .Where(pair => pair.distance <= Math.Max(2, Math.Max(name.Length, pair.candidate.Length) / 2))
            .OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Take(count).Select(pair => pair.candidate),
    ];

    /// <summary>" Did you mean 'a' or 'b'?", or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> candidates)
    {
        IReadOnlyList<string> nearest = To(name, candidates);
        return nearest.Count == 0 ? "" : $" Did you mean {string.Join(" or ", nearest.Select(n => $"'{n}'"))}?";
    }

    // Damerau-free edit distance; letters that differ in case only cost nothing. Long names are cut: hints need no more.
    private static int Distance(string a, string b)
    {
        const int longest = 200;
        a = a.Length > longest ? a[..longest] : a;
        b = b.Length > longest ? b[..longest] : b;
        Span<int> row = stackalloc int[longest + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
