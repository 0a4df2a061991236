using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs;

public sealed class GraphImporterTests
{
    [Theory]
    [InlineData("mnist_cnn_full")]
    [InlineData("gru_dynamic")]
    [InlineData("functional_control_flow")]
    public void A_graph_comes_out_as_it_went_in(string model)
    {
        string path = SharedData.Require($"golden/models/{model}/model.ckpt-0.meta");
        GraphDef expected = MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(path)).GraphDef;

        GraphDef actual = GraphImporter.Import(expected.Clone()).ToGraphDef();

        Assert.Equal(
            expected.Node.OrderBy(node => node.Name, StringComparer.Ordinal).Select(WithoutOrder),
            actual.Node.OrderBy(node => node.Name, StringComparer.Ordinal).Select(WithoutOrder));
    }

    [Theory]
    [InlineData("mnist_cnn_full")]
    [InlineData("gru_dynamic")]
    public void Stored_shapes_are_known_in_the_graph_and_stored_again(string model)
    {
        string path = SharedData.Require($"golden/models/{model}/model.ckpt-0.meta");
        GraphDef expected = MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(path)).GraphDef;

        GraphDef actual = GraphImporter.Import(expected.Clone()).ToGraphDef(withShapes: true);

        Dictionary<string, NodeDef> nodes = actual.Node.ToDictionary(node => node.Name);
        foreach (NodeDef node in expected.Node.Where(node => node.Attr.ContainsKey("_output_shapes")))
        {
            Shape[] stored = Shapes(node), ours = Shapes(nodes[node.Name]);
            for (int i = 0; i < stored.Length; i++)
            {
                // Ours may know more.
                Assert.True(stored[i].TryMerge(ours[i], out Shape merged) && merged.Equals(ours[i]), $"{node.Name}:{i} {stored[i]} {ours[i]}");
            }
        }
    }

    private static Shape[] Shapes(NodeDef node) => [.. node.Attr["_output_shapes"].List.Shape.Select(Shape.FromProto)];

    // Control inputs are a set; attributes keep their order in a map of ours only by chance; stored shapes become the tensors' own.
    private static string WithoutOrder(NodeDef node)
    {
        NodeDef copy = node.Clone();
        copy.Attr.Clear();
        copy.ExperimentalDebugInfo = null;
        copy.ExperimentalType = null;
        return copy + string.Join(';', node.Attr.Where(pair => pair.Key != "_output_shapes").OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + pair.Value.ToByteString().ToBase64()));
    }
}
