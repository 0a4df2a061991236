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

    // Control inputs are a set; attributes keep their order in a map of ours only by chance.
    private static string WithoutOrder(NodeDef node)
    {
        NodeDef copy = node.Clone();
        copy.Attr.Clear();
        copy.ExperimentalDebugInfo = null;
        copy.ExperimentalType = null;
        return copy + string.Join(';', node.Attr.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + pair.Value.ToByteString().ToBase64()));
    }
}
