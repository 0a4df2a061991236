namespace ModelSessions.PowerShell;

/// <summary>Lists and tables of users that are gone through level by level: they may hold themselves, and a stack that overflows ends the process.</summary>
internal static class Nesting
{
    /// <summary>More levels than anybody writes down.</summary>
    public const int Deepest = 64;

    /// <summary>The error of a value that goes deeper.</summary>
    /// <param name="what">How the value is called in the message.</param>
    public static ArgumentException TooDeep(string what) => new($"{what} is nested deeper than {Deepest} levels, or holds itself.");
}
