using ModelSessions.Cpu.Execution;
using ModelSessions.Files;

namespace ModelSessions.Cpu.Kernels.Parsing;

/// <summary>The features that are looked for in a map from names to messages.</summary>
internal sealed class FeatureMap
{
    private readonly Dictionary<string, Feature> _byKey = new(StringComparer.Ordinal);

    public FeatureMap(params IEnumerable<Feature> features)
    {
        foreach (Feature feature in features)
        {
            All.Add(feature);
            if (!_byKey.TryAdd(Latin(feature.Key), feature))
            {
                throw Failure.Invalid($"The feature '{feature.Name}' is asked for twice.");
            }
        }
    }

    public List<Feature> All { get; } = [];

    public void Forget()
    {
        foreach (Feature feature in All)
        {
            feature.Forget();
        }
    }

    /// <summary>Notes where each feature stands: nothing is read of those that nobody asks for.</summary>
    /// <exception cref="ModelFileException">The map is damaged.</exception>
    public void Read(ProtoReader map, byte[] message)
    {
        while (map.Next())
        {
            if (map.Tag == ProtoReader.Tags.Bytes1)
            {
                ReadEntry(map.ReadMessage(), message);
            }
            else
            {
                map.Skip();
            }
        }
    }

    private static string Latin(ReadOnlySpan<byte> key) => System.Text.Encoding.Latin1.GetString(key);

    private void ReadEntry(ProtoReader entry, byte[] message)
    {
        long start = entry.Position;
        ReadOnlySpan<byte> key = default;
        ReadOnlyMemory<byte>? value = null;
        bool hasKey = false;
        while (entry.Next())
        {
            switch (entry.Tag)
            {
                case ProtoReader.Tags.Bytes1:
                    key = entry.ReadBytes();
                    hasKey = true;
                    break;
                case ProtoReader.Tags.Bytes2:
                    int length = entry.ReadBytes().Length;
                    value = message.AsMemory((int)entry.Position - length, length);
                    break;
                default:
                    entry.Skip();
                    break;
            }
        }

        if (!hasKey || value is null)
        {
            throw ModelFileException.At(start, "a feature's name and value", hasKey ? "a name only" : "no name");
        }

        if (_byKey.TryGetValue(Latin(key), out Feature? feature))
        {
            feature.Find(value.Value);
        }
    }
}
