using System.IO.Compression;
using System.Text.Json;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs;

public sealed class ShapeInferenceTests
{
    [Fact]
    public void Shapes_never_contradict_TensorFlows_and_say_nearly_as_much()
    {
        string file = SharedData.Require("golden/shapes/shapes.json.gz");
        using GZipStream stream = new(File.OpenRead(file), CompressionMode.Decompress);
        using JsonDocument graphs = JsonDocument.Parse(stream);
        Dictionary<string, (int Good, int All)> byKind = new(StringComparer.Ordinal);
        List<string> faults = [];
        foreach (JsonProperty entry in graphs.RootElement.EnumerateObject())
        {
            Graph graph = Import(Path.Combine(Path.GetDirectoryName(file)!, "..", entry.Name), faults);
            foreach (JsonProperty tensor in entry.Value.EnumerateObject())
            {
                if (graph.Find(tensor.Name[..tensor.Name.LastIndexOf(':')]) is not { } operation)
                {
                    continue;
                }

                Shape ours = graph.Tensor(tensor.Name).Shape, theirs = Parse(tensor.Value[1]);
                if (!ours.TryMerge(theirs, out Shape merged))
                {
                    faults.Add($"{entry.Name} {tensor.Name} ({operation.Type}): {ours}, TensorFlow {theirs}");
                }

                (int good, int all) = byKind.GetValueOrDefault(operation.Type);
                byKind[operation.Type] = (good + (merged.Equals(ours) ? 1 : 0), all + 1);
            }
        }

        int total = byKind.Values.Sum(count => count.All), fine = byKind.Values.Sum(count => count.Good);
        IEnumerable<string> weakest = byKind.OrderByDescending(kind => kind.Value.All - kind.Value.Good).Take(60).Select(kind => $"{kind.Key} {kind.Value.All - kind.Value.Good}/{kind.Value.All}");
        Assert.True(faults.Count == 0 && fine > 0.98 * total, $"{fine} of {total} as informative. {faults.Count} faults:\n{string.Join('\n', faults.Take(40))}\n{string.Join(", ", weakest)}");
    }

    private static Graph Import(string path, List<string> faults)
    {
        byte[] bytes = File.ReadAllBytes(path);
        GraphDef definition = path.EndsWith(".meta", StringComparison.Ordinal) ? MetaGraphDef.Parser.ParseFrom(bytes).GraphDef : GraphDef.Parser.ParseFrom(bytes);
        try
        {
            return GraphImporter.Import(definition);
        }
        catch (GraphException error)
        {
            faults.Add($"{path}: {error.Message}");
            return new Graph();
        }
    }

    private static Shape Parse(JsonElement shape) => shape.ValueKind == JsonValueKind.Null
        ? Shape.Unknown
        : new Shape([.. shape.EnumerateArray().Select(size => size.ValueKind == JsonValueKind.Null ? -1 : size.GetInt64())]);
}
