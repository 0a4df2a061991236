namespace ModelSessions.Conformance;

/// <summary>Cases that an engine is known to fail, by id, each with its reason. What an engine says it does not support is skipped without a row here.</summary>
public static class KnownGaps
{
    /// <summary>Gaps of the embedded engine.</summary>
    public static IReadOnlyDictionary<string, string> Embedded { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
    };
}
