using System.Text;
using System.Text.Json;

namespace ModelSessions;

/// <summary>A binding's form in files: JSON of strings, arrays and objects.</summary>
internal static class BindingJson
{
    // Bindings are as deep as the objects they come from; files from strangers must not exhaust the stack.
    private const int DeepestNesting = 64;

    public static string Write(Binding binding, bool indented = false)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, new JsonWriterOptions { Indented = indented, NewLine = "\n" }))
        {
            WriteValue(writer, binding);
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    public static Binding Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = DeepestNesting });
            return ReadValue(document.RootElement) as Binding ?? throw Invalid("it is not an object", null);
        }
        catch (JsonException error)
        {
            throw Invalid($"it cannot be read from line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1} on", error);
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case string name:
                writer.WriteStringValue(name);
                break;
            case Binding binding:
                writer.WriteStartObject();
                foreach (string key in binding.Keys)
                {
                    writer.WritePropertyName(key);
                    binding.TryGet(key, out object? inner);
                    WriteValue(writer, inner!);
                }

                writer.WriteEndObject();
                break;
            case IReadOnlyList<object> list:
                writer.WriteStartArray();
                foreach (object item in list)
                {
                    WriteValue(writer, item);
                }

                writer.WriteEndArray();
                break;
        }
    }

    private static object ReadValue(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return element.GetString()!;
            case JsonValueKind.Array:
                return (IReadOnlyList<object>)[.. element.EnumerateArray().Select(ReadValue)];
            case JsonValueKind.Object:
                Binding binding = new();
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    binding.SetPlain(property.Name, ReadValue(property.Value));
                }

                return binding;
            default:
                throw Invalid($"it holds a {element.ValueKind}", null);
        }
    }

    private static GraphException Invalid(string what, Exception? cause) =>
        new(StatusCode.InvalidArgument, $"This is not the JSON of a binding: {what.TrimEnd('.')}. It must be an object of names, lists and objects.", innerException: cause);
}
