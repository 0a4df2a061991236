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
        JsonSerializer.Deserialize<T>(StringOrBareWord().Replace(File.ReadAllText(path), found => found.Value[0] == '"' ? found.Value : $"\"{found.Value}\""), s_options)
            ?? throw new InvalidDataException($"'{path}' is empty.");

    // Strings are matched as a whole, so that a word inside of one stays as it is.
    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|-?Infinity|NaN
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex StringOrBareWord();
}
