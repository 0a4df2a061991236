using Google.Protobuf.Collections;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Sessions;

public sealed class SaverTests
{
    // What TensorFlow adds for its own use when it exports.
    private static readonly string[] s_exportAttributes = ["_output_shapes", "_has_manual_control_dependencies"];

    [Theory]
    [InlineData("mnist_cnn_full")]
    [InlineData("softmax_mnist")]
    public void Saver_nodes_are_those_that_TensorFlow_adds(string model)
    {
        MetaGraphDef expected = MetaGraphFile.Read(SharedData.Require($"golden/models/{model}/model.ckpt-0.meta"));
        GraphDef without = expected.GraphDef.Clone();
        NodeDef[] nodes = [.. expected.GraphDef.Node.Where(node => node.Name.StartsWith("save/", StringComparison.Ordinal))];
        foreach (NodeDef node in without.Node.Where(node => node.Name.StartsWith("save/", StringComparison.Ordinal)).ToArray())
        {
            without.Node.Remove(node);
        }

        Graph graph = GraphImporter.Import(without);
        graph.Collections.Set("variables", expected.CollectionDef["variables"]);
        int before = graph.Count;
        GraphSaver saver = GraphSaver.Attach(graph, new CheckpointOptions());

        Assert.Equal(nodes.Select(Text), graph.ToGraphDef().Node.Skip(before).Select(Text));
        Assert.Equal(expected.SaverDef, saver.Definition);
    }

    [Theory]
    [InlineData("mnist_cnn_small")]
    [InlineData("softmax_mnist")]
    public void The_saver_of_an_imported_graph_knows_what_it_restores(string model)
    {
        MetaGraphDef meta = MetaGraphFile.Read(SharedData.Require($"golden/models/{model}/model.ckpt-0.meta"));
        using CheckpointReader reader = CheckpointReader.Open(SharedData.Require($"golden/models/{model}") + "/model.ckpt-0");

        GraphSaver saver = GraphSaver.Of(GraphImporter.Import(meta.GraphDef), meta.SaverDef, new CheckpointOptions());

        Assert.Equal(reader.Tensors.Select(entry => entry.Name), saver.Variables.Select(variable => variable.CheckpointName));
    }

    [Fact]
    public void A_graph_without_a_saver_that_TensorFlow_can_use_gets_one()
    {
        MetaGraphDef meta = MetaGraphFile.Read(SharedData.Require("golden/models/linear_regression_v1_saver/model.ckpt-0.meta"));
        Graph graph = GraphImporter.Import(meta.GraphDef);
        graph.Collections.Set("variables", meta.CollectionDef["variables"]);

        GraphSaver saver = GraphSaver.Of(graph, meta.SaverDef, new CheckpointOptions());

        Assert.Equal(SaverDef.Types.CheckpointFormatVersion.V2, saver.Definition!.Version);
        Assert.Equal("save_1/restore_all", saver.Definition.RestoreOpName);
        Assert.NotNull(graph.Find("save_1/SaveV2"));
        Assert.Equal(meta.CollectionDef["variables"].BytesList.Value.Count, saver.Variables.Count());
    }

    private static string Text(NodeDef node)
    {
        MapField<string, AttrValue> attributes = node.Attr;
        return $"{node.Name} {node.Op} [{string.Join(' ', node.Input)}] {node.Device} "
            + string.Join(' ', attributes.Where(pair => !s_exportAttributes.Contains(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
    }
}
