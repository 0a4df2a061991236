namespace ModelSessions.Data;

/// <summary>Numbers as some countries write them, <c>1.234,56</c>. They are not guessed at, but told of.</summary>
internal static class DecimalText
{
    /// <summary>Whether texts are numbers with a decimal comma, all of them, and one at least has such a comma.</summary>
    public static bool HasCommas(IReadOnlyCollection<string> texts) => texts.Count > 0 && texts.All(IsNumber) && texts.Any(text => text.Contains(',', StringComparison.Ordinal));

    /// <summary>Whether a text is a number with a decimal comma.</summary>
    public static bool HasComma(string text) => HasCommas([text]);

    /// <summary>What can be done about it.</summary>
    public static string Remedy(string column)
    {
        string name = column.All(char.IsAsciiLetter) ? column : $"'{column.Replace("'", "''", StringComparison.Ordinal)}'";
        return $"Numbers are read with a point. Rewrite them on the way: Import-Csv … | ForEach-Object {{ $_.{name} = $_.{name}.Replace('.', '').Replace(',', '.'); $_ }} | Import-ModelDataset ….";
    }

    // -1.234.567,89: points between groups of three digits, or none at all.
    private static bool IsNumber(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().TrimStart("+-");
        int comma = rest.IndexOf(',');
        ReadOnlySpan<char> whole = comma < 0 ? rest : rest[..comma];
        bool isFirst = true, areDigits = comma < 0 || (comma + 1 < rest.Length && !rest[(comma + 1)..].ContainsAnyExceptInRange('0', '9'));
        bool areGroups = whole.Contains('.');
        foreach (Range part in whole.Split('.'))
        {
            ReadOnlySpan<char> group = whole[part];
            areDigits &= !group.ContainsAnyExceptInRange('0', '9') && (!areGroups || (isFirst ? group.Length is 1 or 2 or 3 : group.Length == 3));
            isFirst = false;
        }

        return areDigits && whole.Length > 0;
    }
}
