using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ModelSessions.Conformance;

/// <summary>How golden JSON is read: Python writes it, with bare words where JSON has no numbers.</summary>
internal static partial class GoldenJson
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNameCaseInsensitive = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is empty.</exception>
    public static T Read<T>(string path) =>
        JsonSerializer.Deserialize<T>(BareWord().Replace(File.ReadAllText(path), "\"$0\""), s_options)
            ?? throw new InvalidDataException($"'{path}' is empty.");

    // The value of a property; inside of a string the quote before the colon would be escaped.
    [GeneratedRegex(@"(?<=[^\\]""\s*:\s*)(-?Infinity|NaN)\b")]
    private static partial Regex BareWord();
}
