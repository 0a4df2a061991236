namespace ModelSessions.Tests;

/// <summary>Golden data: the part that is committed under tests/golden, or all of it beside the checkout.</summary>
internal static class GoldenData
{
    /// <summary>A folder of the committed part.</summary>
    public static string Committed(string relative) => Path.Combine(AppContext.BaseDirectory, "golden", relative);
}
