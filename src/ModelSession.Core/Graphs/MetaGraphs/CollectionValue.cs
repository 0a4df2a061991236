using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.MetaGraphs;

/// <summary>Users' values in collections. TensorFlow has lists of integers, of floats and of bytes; what fits none of these is JSON
/// in bytes: <c>{"value": …}</c>.</summary>
internal static class CollectionValue
{
    // Values are as deep as the objects they come from; files from strangers must not exhaust the stack.
    private const int DeepestNesting = 64;

    private static readonly UTF8Encoding s_strictUtf8 = new(false, throwOnInvalidBytes: true);
    private static readonly byte[] s_wrapper = "{\"value\":"u8.ToArray();
    private static readonly SearchValues<byte> s_namesLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.\\-/>"u8);

    /// <summary>The collection that holds some values: of one kind, or of bytes.</summary>
    /// <exception cref="ArgumentException">A value cannot be stored.</exception>
    public static CollectionDef Encode(IReadOnlyList<object?> values)
    {
        CollectionDef collection = new();
        if (values.All(IsInteger))
        {
            collection.Int64List = new();
            collection.Int64List.Value.AddRange(values.Select(value => Convert.ToInt64(value, CultureInfo.InvariantCulture)));
        }
        else if (values.All(IsShortNumber))
        {
            collection.FloatList = new();
            collection.FloatList.Value.AddRange(values.Select(value => Convert.ToSingle(value, CultureInfo.InvariantCulture)));
        }
        else
        {
            collection.BytesList = new();
            collection.BytesList.Value.AddRange(values.Select(ToBytes));
        }

        return collection;
    }

    /// <summary>The value of an item of bytes.</summary>
    public static object? Decode(ByteString item)
    {
        if (WrapperAt(item.Span) is >= 0 and int start)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(item.Memory[start..], new JsonDocumentOptions { MaxDepth = DeepestNesting });
                if (document.RootElement.EnumerateObject().Count() == 1)
                {
                    return Read(document.RootElement.GetProperty("value"));
                }
            }
            catch (JsonException)
            {
                // A text that only looks like one of ours.
            }
        }

        try
        {
            return s_strictUtf8.GetString(item.Span);
        }
        catch (DecoderFallbackException)
        {
            return item.ToByteArray();
        }
    }

    /// <summary>The number that was meant: 0.1 for the float nearest to it.</summary>
    public static double ToDouble(float value) => double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    // Python takes bytes for names and puts the scope of an import before them: m1/{"value": …}.
    private static int WrapperAt(ReadOnlySpan<byte> item)
    {
        int start = item.IndexOf(s_wrapper);
        return start <= 0 || (item[start - 1] == '/' && item[..start].IndexOfAnyExcept(s_namesLetters) < 0) ? start : -1;
    }

    private static bool IsInteger(object? value) => value is byte or sbyte or short or ushort or int or uint or long;

    // A float's shortest text is the number again.
    private static bool IsShortNumber(object? value) => value is float || (value is double or decimal
        && Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && ToDouble((float)number).Equals(number));

    private static ByteString ToBytes(object? value)
    {
        if (value is byte[] bytes)
        {
            return ByteString.CopyFrom(bytes);
        }

        if (value is string text && ByteString.CopyFromUtf8(text) is var plain && WrapperAt(plain.Span) < 0)
        {
            return plain;
        }

        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("value");
            Write(writer, value, 1);
            writer.WriteEndObject();
        }

        return ByteString.CopyFrom(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    private static void Write(Utf8JsonWriter writer, object? value, int depth)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string or char or Enum:
                writer.WriteStringValue(value.ToString());
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case IDictionary or IEnumerable when depth >= DeepestNesting:
                throw new ArgumentException($"A value of a collection nests deeper than {DeepestNesting} levels, or holds itself.", nameof(value));
            case IDictionary table:
                WriteTable(writer, table, depth);
                break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (object? item in list)
                {
                    Write(writer, item, depth + 1);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteNumberValue(IsInteger(value)
                    ? Convert.ToInt64(value, CultureInfo.InvariantCulture)
                    : throw new ArgumentException($"A collection cannot hold {value} ({value.GetType().Name}); it holds texts, finite numbers, truth values, lists and tables of them.", nameof(value)));
                break;
        }
    }

    private static void WriteTable(Utf8JsonWriter writer, IDictionary table, int depth)
    {
        writer.WriteStartObject();
        foreach (DictionaryEntry entry in table)
        {
            writer.WritePropertyName(Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!);
            Write(writer, entry.Value, depth + 1);
        }

        writer.WriteEndObject();
    }

    private static object? Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when element.TryGetInt64(out long number) => number,
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.Array => element.EnumerateArray().Select(Read).ToList(),
        JsonValueKind.Object => Table(element),
        _ => null,
    };

    // As it is written; of two values of one name the last.
    private static Dictionary<string, object?> Table(JsonElement element)
    {
        Dictionary<string, object?> table = new(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            table[property.Name] = Read(property.Value);
        }

        return table;
    }
}
