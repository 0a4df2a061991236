using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ModelSessions.Conformance.Golden;

namespace ModelSessions.Conformance.Files;

/// <summary>Values as the probes of damaged files wrote them: dtype, shape, the first values or strings.</summary>
internal static class ProbeValue
{
    private static readonly Tolerance s_tolerance = new(false, 1e-5, 1e-6);

    /// <summary>A feed.</summary>
    public static Tensor Feed(JsonElement feed)
    {
        List<long> shape = [];
        JsonElement value = feed.GetProperty("value");
        for (JsonElement inner = value; inner.ValueKind == JsonValueKind.Array; inner = inner[0])
        {
            shape.Add(inner.GetArrayLength());
            if (inner.GetArrayLength() == 0)
            {
                break;
            }
        }

        return Fill(feed.GetProperty("dtype").GetString()!, Shape.Create([.. shape]), [.. Leaves(value)]);
    }

    /// <summary>Compares a value with what TensorFlow gave.</summary>
    /// <exception cref="MismatchException">They differ.</exception>
    public static void Check(string what, JsonElement expected, Tensor actual)
    {
        Shape shape = GoldenValue.ShapeOf(expected);
        string dtype = expected.GetProperty("dtype").GetString()!;
        Expect.Equal($"{what}: dtype", dtype, actual.DType.Name());
        Expect.Equal($"{what}: shape", shape, actual.Shape);
        if (expected.TryGetProperty("strings_b64", out JsonElement strings))
        {
            string[] found = [.. Enumerable.Range(0, (int)actual.ElementCount).Select(i => Convert.ToBase64String(actual.StringBytes(i)))];
            Expect.Equal($"{what}: strings", string.Join(", ", strings.EnumerateArray().Select(s => s.GetString())), string.Join(", ", found));
            return;
        }

        // Of large values there is the digest alone.
        if (expected.TryGetProperty("values", out JsonElement values))
        {
            Comparison.Check(what, Fill(dtype, shape, [.. Leaves(values)]), actual, s_tolerance);
        }
        else
        {
            Expect.Equal($"{what}: SHA-256", expected.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(actual.Bytes())));
        }
    }

    private static IEnumerable<JsonElement> Leaves(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany(Leaves) : [value];

    private static Tensor Fill(string dtype, Shape shape, JsonElement[] values)
    {
        if (!DTypes.TryParse(dtype, out DType parsed))
        {
            throw new InvalidDataException($"The dtype '{dtype}' is not known.");
        }

        double[] numbers = [.. values.Select(Number)];
        return parsed switch
        {
            DType.Float32 => Tensor.From<float>([.. numbers.Select(n => (float)n)], shape),
            DType.Float64 => Tensor.From<double>(numbers, shape),
            DType.Int32 => Tensor.From<int>([.. numbers.Select(n => (int)n)], shape),
            DType.Int64 => Tensor.From<long>([.. values.Select(v => v.GetInt64())], shape),
            DType.Bool => Tensor.From<bool>([.. values.Select(v => v.ValueKind == JsonValueKind.True || (v.ValueKind == JsonValueKind.Number && v.GetDouble() != 0))], shape),
            _ => throw new InvalidDataException($"Values of {dtype} are not known here."),
        };
    }

    private static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => value.GetString()!.ToUpperInvariant() switch
        {
            "NAN" => double.NaN,
            "INF" or "INFINITY" => double.PositiveInfinity,
            "-INF" or "-INFINITY" => double.NegativeInfinity,
            string text => double.Parse(text, CultureInfo.InvariantCulture),
        },
    };
}
