using System.Text.Json;

namespace ModelSessions.Conformance.Golden;

/// <summary>How near a value must come: the same bits, or |got − expected| ≤ absolute + relative · |expected|.</summary>
/// <param name="Exact">The same bits; any NaN equals any NaN.</param>
/// <param name="Relative">Relative part.</param>
/// <param name="Absolute">Absolute part.</param>
internal readonly record struct Tolerance(bool Exact, double Relative, double Absolute)
{
    /// <summary>The same bits.</summary>
    public static Tolerance Bits { get; } = new(true, 0, 0);

    /// <summary>Of a case's forward values.</summary>
    public static Tolerance OfValues(JsonElement compare) => new(
        compare.TryGetProperty("exact", out JsonElement exact) && exact.GetBoolean(), Number(compare, "rtol"), Number(compare, "atol"));

    /// <summary>Of a case's gradients.</summary>
    public static Tolerance OfGradients(JsonElement compare) => new(
        false,
        compare.TryGetProperty("grad_rtol", out _) ? Number(compare, "grad_rtol") : Number(compare, "rtol"),
        compare.TryGetProperty("grad_atol", out _) ? Number(compare, "grad_atol") : Number(compare, "atol"));

    private static double Number(JsonElement compare, string name) => compare.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : 0;
}
