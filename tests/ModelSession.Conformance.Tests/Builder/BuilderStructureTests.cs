using System.IO.Compression;
using ModelSessions.Conformance.Rebuilt;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Builder;

/// <summary>What our builder adds is node for node what TensorFlow's Python adds: names, op kinds, inputs, attributes, collections. The expected
/// graphs are made by tests/golden/builder/generate.py.</summary>
public sealed class BuilderStructureTests
{
    private static readonly Dictionary<string, Action<GraphBuilder>> s_cases = new(
        [.. ScopeCases.All, .. LayerCases.All, .. LossCases.All, .. MetricCases.All, .. PlainCases.All, .. OptionCases.All], StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_graph_has_tensorflows_nodes_and_collections(string name)
    {
        MetaGraphDef expected = Read(name);
        GraphBuilder g = new() { Graph = { Seed = 1 } };
        s_cases[name](g);
        NodeComparison.Check(expected.GraphDef, g.Graph.ToGraphDef(), IsDead);
        Assert.Equal(Collections(expected), Collections(MetaGraphExporter.Export(g.Graph)));
    }

    // What Python computes and never uses.
    private static bool IsDead(string node) => node.EndsWith("/dilation_rate", StringComparison.Ordinal)
        || node.Contains("/assert_type/", StringComparison.Ordinal) || node.Contains("/Assert/Const", StringComparison.Ordinal) || node.Contains("/Assert_1/Const", StringComparison.Ordinal)
        || node.Contains("/assert_broadcastable/Const", StringComparison.Ordinal) || node is "depthwise/Shape" or "separable_conv2d/separable_conv2d/Shape"
        || node.StartsWith("conv2d_transpose/strided_slice_1", StringComparison.Ordinal) || node.StartsWith("up/strided_slice_1", StringComparison.Ordinal);

    private static MetaGraphDef Read(string name)
    {
        using ZipArchive archive = Archive();
        using Stream stream = archive.GetEntry(name)!.Open();
        return MetaGraphDef.Parser.ParseFrom(stream);
    }

    private static ZipArchive Archive() => ZipFile.OpenRead(Path.Combine(GoldenData.Committed("builder"), "graphs.zip"));

    private static string[] Collections(MetaGraphDef graph) =>
    [
        .. graph.CollectionDef.Where(pair => !pair.Key.StartsWith("model_session/", StringComparison.Ordinal) && pair.Key is not ("cond_context" or "while_context"))
            .SelectMany(pair => Items(pair.Value).Select(item => $"{pair.Key}: {item}")).Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Items(CollectionDef collection) => collection.KindCase switch
    {
        CollectionDef.KindOneofCase.NodeList => collection.NodeList.Value,
        CollectionDef.KindOneofCase.BytesList => collection.BytesList.Value.Select(bytes =>
        {
            VariableDef variable = VariableDef.Parser.ParseFrom(bytes);
            return $"{variable.VariableName} {variable.InitialValueName} {variable.InitializerName} {variable.SnapshotName} {variable.IsResource} {variable.Trainable} {variable.SaveSliceInfoDef}";
        }),
        _ => [collection.ToString()],
    };
}
