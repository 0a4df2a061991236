namespace ModelSessions.Conformance;

/// <summary>Cases that an engine is known to fail, by id, or to skip, each with its reason.</summary>
public static class KnownGaps
{
    /// <summary>Gaps of the embedded engine.</summary>
    public static IReadOnlyDictionary<string, string> Embedded { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["unary/Inv_special"] = "TensorFlow takes the processor's approximate reciprocal: 1/1 is 0.99999994. Ours is the exact quotient.",
        ["unary/Reciprocal_special"] = "As Inv_special.",
    };
}
