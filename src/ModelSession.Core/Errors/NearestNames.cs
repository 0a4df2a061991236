namespace ModelSessions;

/// <summary>"Did you mean": the names nearest to one that is not there.</summary>
public static class NearestNames
{
    // Long names are cut: hints need no more.
    private const int LongestName = 200;

    /// <summary>Up to <paramref name="count"/> candidates, nearest first; none that differ in more than half of their letters, two of short names,
    /// or in all.</summary>
    public static IReadOnlyList<string> To(string name, IEnumerable<string> candidates, int count = 3)
    {
        List<(int Distance, string Name)> nearest = [];
        string letters = Letters(name);
        foreach (string candidate in candidates)
        {
            // The same name within another scope is near, however long the scope.
            int near = IsWithin(candidate, name) || IsWithin(name, candidate) ? 1 : int.MaxValue;
            // The worst of those found is the measure for the rest, so that graphs of many nodes are soon gone through.
            int length = Math.Max(name.Length, candidate.Length), most = Math.Min(Math.Max(2, length / 2), length - 1);
            most = nearest.Count == count ? Math.Min(most, nearest[^1].Distance) : most;
            if (Math.Min(near, Math.Abs(name.Length - candidate.Length)) > most)
            {
                continue;
            }

            (int Distance, string Name) found = (Math.Min(near, Distance(letters, Letters(candidate), most)), candidate);
            int place = nearest.FindIndex(other => Compare(found, other) <= 0);
            place = place < 0 ? nearest.Count : place;
            if (found.Distance <= most && place < count && !nearest.Contains(found))
            {
                nearest.Insert(place, found);
                nearest.RemoveRange(Math.Min(count, nearest.Count), Math.Max(0, nearest.Count - count));
            }
        }

        return [.. nearest.Select(found => found.Name)];
    }

    /// <summary>" Did you mean 'a' or 'b'?", or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> candidates)
    {
        IReadOnlyList<string> nearest = To(name, candidates);
        return nearest.Count == 0 ? "" : $" Did you mean {string.Join(" or ", nearest.Select(n => $"'{n}'"))}?";
    }

    private static int Compare((int Distance, string Name) a, (int Distance, string Name) b) =>
        a.Distance != b.Distance ? a.Distance.CompareTo(b.Distance) : string.CompareOrdinal(a.Name, b.Name);

    private static bool IsWithin(string longer, string name) =>
        name.Length > 0 && longer.Length > name.Length && longer[^(name.Length + 1)] == '/' && longer.EndsWith(name, StringComparison.OrdinalIgnoreCase);

    // Letters that differ in case only cost nothing.
    private static string Letters(string name) => (name.Length > LongestName ? name[..LongestName] : name).ToUpperInvariant();

    // Edit distance; anything above 'most' once it cannot come down to it any more.
    private static int Distance(string a, string b, int most)
    {
        Span<int> row = stackalloc int[LongestName + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0], least = row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
                least = Math.Min(least, row[j]);
            }

            if (least > most)
            {
                return least;
            }
        }

        return row[b.Length];
    }
}
