using System.Text.Json;
using ModelSessions.Conformance.Golden;

namespace ModelSessions.Conformance.Models;

/// <summary>The arrays that a model's steps feed, or its predictions: an npz file and, where it has strings, a JSON file.</summary>
internal sealed class ModelFeeds : IDisposable
{
    private readonly Npz _arrays;
    private readonly Dictionary<string, Tensor> _strings = new(StringComparer.Ordinal);

    /// <summary>Reads the files of that stem in a model's folder.</summary>
    public ModelFeeds(string folder, string stem)
    {
        _arrays = new Npz(Path.Combine(folder, stem + ".npz"));
        string strings = Path.Combine(folder, stem + ".strings.json");
        if (File.Exists(strings))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(strings));
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                _strings.Add(property.Name, Strings(property.Value));
            }
        }
    }

    /// <summary>An array by its key.</summary>
    public Tensor this[string key] => _strings.TryGetValue(key, out Tensor? strings) ? strings : _arrays[key];

    /// <summary>The value that a step feeds.</summary>
    public Tensor Value(PhaseFeed feed, TrajectoryStep step)
    {
        Tensor array = this[feed.Array];
        Tensor value = feed.Index switch
        {
            "batch" => Row(array, step.Batch),
            "step" => Row(array, step.Step - 1),
            _ => array,
        };
        return feed.DivideBy is { } divisor ? Divide(value, (float)divisor) : value;
    }

    public void Dispose() => _arrays.Dispose();

    private static Tensor Strings(JsonElement value)
    {
        Tensor tensor = Tensor.Zeros(DType.String, GoldenValue.ShapeOf(value));
        int i = 0;
        foreach (JsonElement item in value.GetProperty("base64").EnumerateArray())
        {
            tensor.Objects[i++] = item.GetBytesFromBase64();
        }

        return tensor;
    }

    private static Tensor Row(Tensor array, int row)
    {
        Tensor value = Tensor.Zeros(array.DType, Shape.Create(array.Shape.Dimensions[1..]));
        int count = (int)value.ElementCount;
        if (array.DType == DType.String)
        {
            array.Objects.Slice(row * count, count).CopyTo(value.Objects);
        }
        else
        {
            int bytes = (int)value.ByteLength;
            array.Bytes().Slice(row * bytes, bytes).CopyTo(value.Bytes());
        }

        return value;
    }

    private static Tensor Divide(Tensor value, float divisor)
    {
        Tensor result = Tensor.Zeros(DType.Float32, value.Shape);
        Span<float> target = result.Span<float>();
        for (int i = 0; i < target.Length; i++)
        {
            float single = value.DType switch
            {
                DType.UInt8 => value.Span<byte>()[i],
                DType.Int32 => value.Span<int>()[i],
                DType.Int64 => value.Span<long>()[i],
                DType.Float32 => value.Span<float>()[i],
                _ => throw new InvalidDataException($"Feeds of {value.DType.Name()} cannot be divided here."),
            };
            target[i] = single / divisor;
        }

        return result;
    }
}
