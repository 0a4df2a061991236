using System.Text.Json;

namespace ModelSessions;

/// <summary>Where training stands in a dataset: enough to go on with the very next example.</summary>
/// <param name="Dataset">The dataset's fingerprint.</param>
/// <param name="Seed">The seed of the order of examples.</param>
/// <param name="Epoch">How many times the dataset was gone through.</param>
/// <param name="Index">How many examples of this epoch were taken.</param>
public sealed record DatasetPosition(string Dataset, long Seed, long Epoch, long Index);

/// <summary>What a checkpoint carries beyond variables: random generators and the dataset position. TensorFlow ignores it.</summary>
/// <param name="Generators">States of the random generators.</param>
/// <param name="Position">Where training stands in its dataset; null before any training.</param>
internal sealed record SessionState(EngineState Generators, DatasetPosition? Position)
{
    /// <summary>The tensor of a checkpoint that holds it. No node can have a name that begins so.</summary>
    public const string TensorName = "_model_session/state";

    public Tensor ToTensor()
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("generators");
            foreach ((string node, byte[] state) in Generators.Generators.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                writer.WriteBase64String(node, state);
            }

            writer.WriteEndObject();
            if (Position is { } position)
            {
                writer.WriteStartObject("position");
                writer.WriteString("dataset", position.Dataset);
                writer.WriteNumber("seed", position.Seed);
                writer.WriteNumber("epoch", position.Epoch);
                writer.WriteNumber("index", position.Index);
                writer.WriteEndObject();
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
            Dictionary<string, byte[]> generators = root.GetProperty("generators").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetBytesFromBase64());
            DatasetPosition? position = root.TryGetProperty("position", out JsonElement p)
                ? new(p.GetProperty("dataset").GetString()!, p.GetProperty("seed").GetInt64(), p.GetProperty("epoch").GetInt64(), p.GetProperty("index").GetInt64())
                : null;
            return new SessionState(new EngineState(generators), position);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw new ModelFileException(StatusCode.DataLoss, checkpoint, $"the tensor '{TensorName}', where generator states are kept, is damaged.", innerException: error);
        }
    }
}
