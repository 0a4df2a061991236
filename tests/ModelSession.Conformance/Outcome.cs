namespace ModelSessions.Conformance;

/// <summary>How a case went.</summary>
public enum Verdict
{
    /// <summary>All its parts hold.</summary>
    Passed,

    /// <summary>A part does not hold.</summary>
    Failed,

    /// <summary>It could not be run here; the detail says why.</summary>
    Skipped,
}

/// <summary>The result of one case.</summary>
/// <param name="Family">What it is counted under.</param>
/// <param name="Id">The case.</param>
/// <param name="Verdict">How it went.</param>
/// <param name="Detail">Expected and found of each failure, or why it was skipped.</param>
public sealed record Outcome(string Family, string Id, Verdict Verdict, string Detail = "");

/// <summary>A part of a case does not hold; the message says what was expected and what was found.</summary>
public sealed class MismatchException(string message) : Exception(message);
