using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelSessions;

/// <summary>Where training stands in a dataset: enough to go on with the very next example.</summary>
/// <param name="Dataset">The dataset's fingerprint.</param>
/// <param name="Seed">The seed of the order of examples.</param>
/// <param name="Epoch">How many times the dataset was gone through.</param>
/// <param name="Index">How many examples of this epoch were taken.</param>
public sealed record DatasetPosition(string Dataset, long Seed, long Epoch, long Index);

/// <summary>What a checkpoint carries beyond variables: random generators, the dataset position, and sections of what else a training goes on
/// with. TensorFlow ignores it.</summary>
/// <param name="Generators">States of the random generators.</param>
/// <param name="Position">Where training stands in its dataset; null before any training.</param>
/// <param name="Sections">What schedules, early stop and others remember, each under a name of its own. Unknown ones are kept.</param>
internal sealed record SessionState(EngineState Generators, DatasetPosition? Position, JsonObject Sections)
{
    private const string GeneratorsKey = "generators";
    private const string PositionKey = "position";

    /// <summary>The tensor of a checkpoint that holds it. No node can have a name that begins so.</summary>
    public const string TensorName = "_model_session/state";

    public Tensor ToTensor()
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(GeneratorsKey);
            foreach ((string node, byte[] state) in Generators.Generators.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                writer.WriteBase64String(node, state);
            }

            writer.WriteEndObject();
            if (Position is { } position)
            {
                writer.WriteStartObject(PositionKey);
                writer.WriteString("dataset", position.Dataset);
                writer.WriteNumber("seed", position.Seed);
                writer.WriteNumber("epoch", position.Epoch);
                writer.WriteNumber("index", position.Index);
                writer.WriteEndObject();
            }

            // In an order that does not tell which section came first: a training in two parts has the bytes of one in one.
            foreach ((string name, JsonNode? section) in Sections.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                section!.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return Tensor.Scalar(System.Text.Encoding.UTF8.GetString(bytes.ToArray()));
    }

    public static SessionState Parse(Tensor tensor, string checkpoint)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(tensor.StringAt(0));
            JsonElement root = document.RootElement;
            Dictionary<string, byte[]> generators = root.GetProperty(GeneratorsKey).EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetBytesFromBase64());
            DatasetPosition? position = root.TryGetProperty(PositionKey, out JsonElement p)
                ? new(p.GetProperty("dataset").GetString()!, p.GetProperty("seed").GetInt64(), p.GetProperty("epoch").GetInt64(), p.GetProperty("index").GetInt64())
                : null;
            JsonObject sections = [.. root.EnumerateObject().Where(property => property is { Name: not (GeneratorsKey or PositionKey), Value.ValueKind: JsonValueKind.Object })
                .Select(property => KeyValuePair.Create<string, JsonNode?>(property.Name, JsonObject.Create(property.Value.Clone())))];
            return new SessionState(new EngineState(generators), position, sections);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw new ModelFileException(StatusCode.DataLoss, checkpoint, $"the tensor '{TensorName}', where generator states are kept, is damaged.", innerException: error);
        }
    }
}
