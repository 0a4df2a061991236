using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>The structural parameters of a model by name, whatever the case: <c>Layer1</c> = 32.</summary>
public sealed class ModelParameters : ReadOnlyDictionary<string, object>
{
    // Within what a JSON reader takes.
    private const int DeepestNesting = 60;

    internal ModelParameters(IEnumerable<KeyValuePair<string, object>> values)
        : base(new Dictionary<string, object>(values, StringComparer.OrdinalIgnoreCase))
    {
    }

    /// <summary>The structure of the model in a file; empty for a graph that was not made here.</summary>
    /// <param name="path">A checkpoint, a <c>.meta</c> file or a graph.</param>
    /// <exception cref="ModelFileException">It is not there, or damaged.</exception>
    public static ModelParameters Of(string path)
    {
        string file = GraphNode.FileOf(path);
        if (ModelSource.Of(path).Kind is not (ModelSourceKind.Checkpoint or ModelSourceKind.MetaGraph))
        {
            return GraphRecordFile.Read(file)?.Parameters ?? SessionRecord.Empty.Parameters;
        }

        GraphCollections collections = new();
        foreach ((string key, CollectionDef collection) in MetaGraphFile.Read(file).CollectionDef)
        {
            collections.Set(key, collection);
        }

        return (SessionRecord.Read(collections) ?? SessionRecord.Empty).Parameters;
    }

    /// <summary><c>Layer1=32, Layer2=64</c>.</summary>
    public override string ToString() => string.Join(", ", this.Select(pair => $"{pair.Key}={Text(pair.Value)}"));

    /// <summary>Compares with a structure that is asked for; each difference names both values.</summary>
    /// <exception cref="StructureMismatchException">They differ.</exception>
    internal void Check(IReadOnlyDictionary<string, object> asked, string place)
    {
        List<string> faults = [];
        foreach ((string name, object value) in asked)
        {
            if (!TryGetValue(name, out object? own))
            {
                faults.Add($"it has no parameter '{name}'{(NearestNames.To(name, Keys) is [var nearest, ..] ? $" (nearest: '{nearest}')" : "")}");
            }
            else if (Text(own) != Text(value))
            {
                faults.Add($"{name} is {Text(own)} there, {Text(value)} is asked for");
            }
        }

        if (faults.Count > 0)
        {
            throw new StructureMismatchException(
                $"{place} has another structure: {string.Join("; ", faults)}. Leave the structure out to take the checkpoint's ({this}), or create a new session in another folder.",
                this,
                asked);
        }
    }

    /// <summary>Writes a parameter and its value.</summary>
    /// <exception cref="ArgumentException">The value is none that a file can keep.</exception>
    internal static void Write(Utf8JsonWriter writer, string name, object value)
    {
        writer.WritePropertyName(name);
        Write(writer, name, value, 0);
    }

    private static void Write(Utf8JsonWriter writer, string name, object? value, int depth)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case Enum or char:
                writer.WriteStringValue(value.ToString());
                break;
            case Array when depth == DeepestNesting:
                throw new ArgumentException($"The structural parameter '{name}' is nested deeper than {DeepestNesting} levels, or holds itself.");
            case Array list:
                writer.WriteStartArray();
                foreach (object? item in list)
                {
                    Write(writer, name, item, depth + 1);
                }

                writer.WriteEndArray();
                break;
            case float or double or decimal when double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                // By the shortest text: 0.1f is 0.1, not 0.10000000149.
                writer.WriteNumberValue(Convert.ToDouble(Convert.ToString(value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
                break;
            case byte or sbyte or short or ushort or int or uint or long or nint:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            default:
                throw new ArgumentException($"The structural parameter '{name}' cannot be {(value is null ? "null" : $"{value} ({value.GetType().Name})")}; it is a finite number, a text, true or false, or a list of these, which a checkpoint keeps.");
        }
    }

    internal static object Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when element.TryGetInt32(out int number) => number,
        JsonValueKind.Number when element.TryGetInt64(out long number) => number,
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.Array => element.EnumerateArray().Select(Read).ToArray(),
        _ => throw new GraphException(StatusCode.DataLoss, $"A structural parameter cannot be a {element.ValueKind}."),
    };

    private static string Text(object value) => value switch
    {
        string text => text,
        System.Collections.IEnumerable list => $"[{string.Join(", ", list.Cast<object>().Select(Text))}]",
        float or double or decimal => Convert.ToDouble(Convert.ToString(value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
