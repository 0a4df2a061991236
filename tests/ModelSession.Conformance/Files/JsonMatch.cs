using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelSessions.Conformance.Files;

/// <summary>Compares what was found with what a golden file says. Fields that golden files may get later are not looked at.</summary>
internal static class JsonMatch
{
    /// <summary>Everything found must be expected, with the same value.</summary>
    /// <exception cref="MismatchException">Something differs; the message says where.</exception>
    public static void Check(string where, JsonElement expected, JsonNode? found)
    {
        switch (found)
        {
            case null:
                Same(where, expected, expected.ValueKind == JsonValueKind.Null, "null");
                break;
            case JsonObject fields:
                Same(where, expected, expected.ValueKind == JsonValueKind.Object, "an object");
                foreach ((string name, JsonNode? value) in fields)
                {
                    Same($"{where}.{name}", expected, expected.TryGetProperty(name, out JsonElement field), value?.ToJsonString() ?? "null");
                    Check($"{where}.{name}", field, value);
                }

                break;
            case JsonArray items:
                Same(where, expected, expected.ValueKind == JsonValueKind.Array && expected.GetArrayLength() == items.Count, $"an array of {items.Count}");
                for (int i = 0; i < items.Count; i++)
                {
                    Check($"{where}[{i}]", expected[i], items[i]);
                }

                break;
            default:
                Same(where, expected, IsValue(expected, found.AsValue()), found.ToJsonString());
                break;
        }
    }

    private static bool IsValue(JsonElement expected, JsonValue found) => found.GetValueKind() switch
    {
        JsonValueKind.Number => expected.ValueKind == JsonValueKind.Number && SameNumber(expected, JsonSerializer.SerializeToElement(found)),
        JsonValueKind.String => expected.ValueKind == JsonValueKind.String && expected.GetString() == found.GetValue<string>(),
        _ => expected.ValueKind == found.GetValueKind(),
    };

    // Whole numbers of 64 bits differ where their doubles do not; 0 and -0.0 differ.
    private static bool SameNumber(JsonElement expected, JsonElement found) => expected.TryGetInt64(out long a) && found.TryGetInt64(out long b)
        ? a == b
        : BitConverter.DoubleToInt64Bits(expected.GetDouble()) == BitConverter.DoubleToInt64Bits(found.GetDouble());

    private static void Same(string where, JsonElement expected, bool same, string found)
    {
        if (!same)
        {
            throw new MismatchException($"{where}: expected {Short(expected.GetRawText())}, found {Short(found)}");
        }
    }

    private static string Short(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
