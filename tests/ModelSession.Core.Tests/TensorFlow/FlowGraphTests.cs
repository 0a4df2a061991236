using System.Text.Json;
using ModelSessions.Tests.Files;
using ModelSessions.Tests.Graphs.Flow;

namespace ModelSessions.Tests.TensorFlow;

public sealed class FlowGraphTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TensorFlow_imports_branches_and_loops_with_their_contexts_and_differentiates_through_them()
    {
        foreach ((string name, Action<GraphBuilder> build) in FlowGraphs.All)
        {
            GraphBuilder g = new();
            build(g);
            using FileStream file = File.Create(_folder[name + ".meta"]);
            Google.Protobuf.MessageExtensions.WriteTo(MetaGraphExporter.Export(g.Graph), file);
        }

        JsonElement results = TensorFlowPython.Run("TensorFlow/flow_graphs.py", _folder.Path);

        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Graphs/Expected/flow_values.json")));
        foreach (string name in FlowGraphs.All.Keys)
        {
            Assert.Equal(Numbers(expected.RootElement.GetProperty(name)), Numbers(results.GetProperty(name)));
        }
    }

    private static double[] Numbers(JsonElement entries) =>
    [
        .. entries.EnumerateArray().SelectMany(entry => (JsonElement[])[entry.GetProperty("out"), entry.GetProperty("gradient")])
            .Where(values => values.ValueKind == JsonValueKind.Array)
            .SelectMany(values => values.EnumerateArray().Select(value => Math.Round(value.GetDouble(), 4))),
    ];
}
