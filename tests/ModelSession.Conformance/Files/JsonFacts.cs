using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelSessions.Conformance.Files;

/// <summary>Compares facts that we find in a file with those that a record states.</summary>
internal static class JsonFacts
{
    /// <summary>All that was found must stand in the record, where the record speaks of it; what the record says besides is not looked at.</summary>
    /// <exception cref="MismatchException">A fact differs.</exception>
    public static void Check(string what, JsonElement expected, JsonNode? found)
    {
        switch (found)
        {
            case JsonObject members when expected.ValueKind == JsonValueKind.Object:
                foreach ((string name, JsonNode? value) in members)
                {
                    if (expected.TryGetProperty(name, out JsonElement stated))
                    {
                        Check($"{what}.{name}", stated, value);
                    }
                }

                break;
            case JsonArray items when expected.ValueKind == JsonValueKind.Array:
                if (items.Count != expected.GetArrayLength())
                {
                    throw new MismatchException($"{what}: expected {expected.GetArrayLength()} ({Cut(expected.GetRawText())}), found {items.Count} ({Cut(items.ToJsonString())})");
                }

                for (int i = 0; i < items.Count; i++)
                {
                    Check($"{what}[{i}]", expected[i], items[i]);
                }

                break;
            default:
                JsonNode? stand = JsonNode.Parse(expected.GetRawText());
                if (!JsonNode.DeepEquals(stand, found is null ? null : JsonNode.Parse(found.ToJsonString())))
                {
                    throw new MismatchException($"{what}: expected {Cut(expected.GetRawText())}, found {Cut(found?.ToJsonString() ?? "null")}");
                }

                break;
        }
    }

    /// <summary>The members of one object must be exactly those of the record: no more, no fewer.</summary>
    /// <exception cref="MismatchException">They differ.</exception>
    public static void CheckNames(string what, JsonElement expected, IEnumerable<string> found)
    {
        string[] wanted = [.. expected.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)], names = [.. found.Order(StringComparer.Ordinal)];
        if (!wanted.SequenceEqual(names))
        {
            throw new MismatchException($"{what}: expected {string.Join(", ", wanted)}, found {string.Join(", ", names)}");
        }
    }

    private static string Cut(string text) => text.Length > 200 ? text[..200] + " …" : text;
}
