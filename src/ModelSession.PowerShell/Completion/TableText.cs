using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Tables as completions: PowerShell asks for the whole of one, but not inside of its braces.</summary>
internal static class TableText
{
    // More are no help on one line.
    private const int MostTogether = 12;

    /// <summary>A table of all pairs, where there are a few, and one of each.</summary>
    /// <param name="pairs">Names, or other text, by names; no value for the user to write it.</param>
    /// <param name="tip">What is told of a pair.</param>
    public static IEnumerable<CompletionResult> Complete(IReadOnlyList<(string Key, string? Value)> pairs, Func<string, string> tip)
    {
        if (pairs.Count is > 1 and <= MostTogether)
        {
            string all = Table(pairs);
            yield return new CompletionResult(all, all, CompletionResultType.ParameterValue, string.Join("; ", pairs.Select(pair => tip(pair.Key))));
        }

        foreach ((string Key, string? Value) pair in pairs)
        {
            string one = Table([pair]);
            yield return new CompletionResult(one, one, CompletionResultType.ParameterValue, tip(pair.Key));
        }
    }

    /// <summary>A name in quotes, but for one that needs none.</summary>
    public static string Quote(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? name : Text(name);

    /// <summary>A text in quotes.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Table(IEnumerable<(string Key, string? Value)> pairs) => $"@{{ {string.Join("; ", pairs.Select(pair => $"{Quote(pair.Key)} ={(pair.Value is null ? "" : " " + pair.Value)}"))} }}";
}
