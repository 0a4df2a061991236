using System.IO.Compression;
using System.Text.Json;

namespace ModelSessions.Conformance.Documents;

/// <summary>Which op kinds there are: what golden/ops has cases of, and what TensorFlow runs on the processor with which types.</summary>
/// <param name="Golden">The kinds of golden/ops/coverage.md.</param>
/// <param name="Cpu">The kinds of golden/registry/cpu_kernels.json, with the types of their type attributes that some kernel takes.</param>
public sealed record OpKinds(IReadOnlyList<string> Golden, IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>> Cpu)
{
    /// <summary>What the tests keep of the two files (<c>tests/golden/registry/kernels.json.gz</c>).</summary>
    public static OpKinds Read(string path)
    {
        using GZipStream text = new(File.OpenRead(path), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<OpKinds>(text, JsonSerializerOptions.Web)!;
    }

    /// <summary>From the golden folder itself.</summary>
    public static OpKinds FromGolden(string folder)
    {
        string coverage = File.ReadAllText(Path.Combine(folder, "ops", "coverage.md")).Split("\n## ")[0];
        IEnumerable<string> golden = coverage.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).Select(line => line.Split('|')[1].Trim());
        using JsonDocument kernels = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "registry", "cpu_kernels.json")));
        return new(
            [.. golden.Order(StringComparer.Ordinal)],
            kernels.RootElement.EnumerateObject().ToDictionary(op => op.Name, op => (IReadOnlyDictionary<string, IReadOnlyList<string>>)Types(op.Value), StringComparer.Ordinal));
    }

    private static Dictionary<string, IReadOnlyList<string>> Types(JsonElement kernels)
    {
        Dictionary<string, IReadOnlyList<string>> types = new(StringComparer.Ordinal);
        foreach (IGrouping<string, JsonProperty> attribute in kernels.EnumerateArray().SelectMany(kernel => kernel.EnumerateObject())
            .Where(attribute => attribute.Value.ValueKind == JsonValueKind.Array).GroupBy(attribute => attribute.Name))
        {
            types[attribute.Key] = [.. attribute.SelectMany(row => row.Value.EnumerateArray()).Select(type => type.GetString()!).Distinct().Order(StringComparer.Ordinal)];
        }

        return types;
    }
}
