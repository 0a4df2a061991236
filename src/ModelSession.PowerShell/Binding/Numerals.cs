namespace ModelSessions.PowerShell;

/// <summary>Texts that are numbers.</summary>
internal static class Numerals
{
    /// <summary>Whether a text has a comma in it, which PowerShell passes over: 1,5 would be 15, whoever meant one and a half.</summary>
    public static bool HasComma(object? value) => Tables.Plain(value) is string text && text.Contains(',', StringComparison.Ordinal);
}
