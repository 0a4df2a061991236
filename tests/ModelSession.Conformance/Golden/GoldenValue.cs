using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace ModelSessions.Conformance.Golden;

/// <summary>A value as index.json writes it: a key of an array, strings, bfloat16 bits, or a digest of a large array.</summary>
internal static class GoldenValue
{
    /// <summary>The digest form, which only expected values have.</summary>
    public static bool IsDigest(JsonElement value) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty("digest", out _);

    /// <summary>A value that is written out.</summary>
    public static Tensor Load(JsonElement value, Npz? arrays)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return arrays![value.GetString()!];
        }

        return value.GetProperty("dtype").GetString() switch
        {
            "DT_STRING" => Strings(value),
            "DT_BFLOAT16" => BFloats(arrays![value.GetProperty("key").GetString()!]),
            string other => throw new InvalidDataException($"A golden value of type {other} is not known here."),
            null => throw new InvalidDataException("A golden value without a type."),
        };
    }

    /// <summary>A shape as JSON writes it.</summary>
    public static Shape ShapeOf(JsonElement value) =>
        Shape.Create([.. value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())]);

    private static Tensor Strings(JsonElement value)
    {
        bool latin1 = value.TryGetProperty("latin1", out JsonElement list);
        if (!latin1)
        {
            list = value.GetProperty("base64");
        }

        Tensor tensor = Tensor.Zeros(DType.String, ShapeOf(value));
        int i = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            tensor.Objects[i++] = latin1 ? Encoding.Latin1.GetBytes(item.GetString()!) : item.GetBytesFromBase64();
        }

        return tensor;
    }

    private static Tensor BFloats(Tensor bits) =>
        Tensor.From<BFloat16>(MemoryMarshal.Cast<ushort, BFloat16>(bits.Span<ushort>()), bits.Shape);
}
