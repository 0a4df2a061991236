using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ModelSessions.Conformance.Files;

/// <summary>How the reading of a file of records ended: cleanly, or with the error that TensorFlow gives, at its place.</summary>
internal static partial class RecordErrors
{
    /// <summary>Checks the end of a reading.</summary>
    /// <param name="expected">What TensorFlow did.</param>
    /// <param name="error">Our error; null if there was none.</param>
    /// <exception cref="MismatchException">They differ.</exception>
    public static void Check(JsonElement expected, ModelFileException? error)
    {
        if (!expected.TryGetProperty("error", out JsonElement wanted))
        {
            // A crash or a hang of TensorFlow is to be an error.
            bool clean = expected.TryGetProperty("end", out JsonElement end) && end.GetString() == "clean";
            Expect.Equal("error", clean, error is null);
            return;
        }

        string message = wanted.GetProperty("message").GetString()!;
        if (error is null)
        {
            throw new MismatchException($"expected an error ({message}), found none");
        }

        // Errors that Python alone raised have no code: a record that is no message.
        Expect.Equal("code", wanted.TryGetProperty("code", out JsonElement code) ? (StatusCode)code.GetInt32() : StatusCode.DataLoss, error.Code);
        Match place = Place().Match(message);
        if (place.Success)
        {
            Expect.Equal("place", long.Parse(place.Groups[1].ValueSpan, CultureInfo.InvariantCulture), error.Offset);
        }
    }

    [GeneratedRegex("record at ([0-9]+)")]
    private static partial Regex Place();
}
