using Google.Protobuf.Collections;
using ModelSessions.Files;
using ModelSessions.Protos;
using ModelSessions.Tests.Files;

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
    public void A_saver_keeps_clear_of_nodes_that_are_in_its_scope_already()
    {
        Graph graph = new();
        graph.Builder.Variable(graph.Builder.Constant(1f), "v");
        graph.Builder.Constant(Tensor.Scalar("model"), "save/Const");

        Assert.Equal("save_1/restore_all", GraphSaver.Attach(graph, new CheckpointOptions()).Definition!.RestoreOpName);
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

    [Fact]
    public void A_saver_of_some_variables_has_TensorFlows_nodes()
    {
        Graph graph = new();
        graph.Builder.Variable(graph.Builder.Constant(Tensor.From<float>(1, 2)), "a");
        graph.Builder.Variable(graph.Builder.Constant(Tensor.From<float>(1, 2)), "b", resource: true);
        int before = graph.Count;

        GraphSaver saver = GraphSaver.Attach(
            graph, new CheckpointOptions(3) { KeepEveryHours = 2 }, new SaverOptions { Name = "mine", Map = new Dictionary<string, string> { ["x/b"] = "b", ["q"] = "a:0" } });

        // As TensorFlow 2.16 lists them for Saver({"x/b": b, "q": a}, name="mine", max_to_keep=3, keep_checkpoint_every_n_hours=2).
        Assert.Equal(
            [
                "mine/filename/input Const []",
                "mine/filename PlaceholderWithDefault [mine/filename/input]",
                "mine/Const PlaceholderWithDefault [mine/filename]",
                "mine/SaveV2/tensor_names Const []",
                "mine/SaveV2/shape_and_slices Const []",
                "mine/SaveV2 SaveV2 [mine/Const mine/SaveV2/tensor_names mine/SaveV2/shape_and_slices a b/Read/ReadVariableOp]",
                "mine/control_dependency Identity [mine/Const ^mine/SaveV2]",
                "mine/RestoreV2/tensor_names Const []",
                "mine/RestoreV2/shape_and_slices Const []",
                "mine/RestoreV2 RestoreV2 [mine/Const mine/RestoreV2/tensor_names mine/RestoreV2/shape_and_slices]",
                "mine/Assign Assign [a mine/RestoreV2]",
                "mine/Identity Identity [mine/RestoreV2:1]",
                "mine/AssignVariableOp AssignVariableOp [b mine/Identity]",
                "mine/restore_all NoOp [^mine/Assign ^mine/AssignVariableOp]",
            ],
            graph.ToGraphDef().Node.Skip(before).Select(node => $"{node.Name} {node.Op} [{string.Join(' ', node.Input)}]"));
        Assert.Equal((3, 2f, "mine/restore_all"), (saver.Definition!.MaxToKeep, saver.Definition.KeepCheckpointEveryNHours, saver.Definition.RestoreOpName));
        Assert.Equal([new SavedVariable("a", "q"), new SavedVariable("b", "x/b")], saver.Variables);
    }

    [Fact]
    public void A_saver_is_read_back_from_its_nodes()
    {
        Graph graph = new();
        using (graph.Builder.Device("/cpu:1"))
        {
            graph.Builder.Variable(graph.Builder.Constant(Tensor.From<float>(1, 2)), "a");
        }

        graph.Builder.Variable(graph.Builder.Constant(Tensor.From<float>(1, 2)), "b", resource: true);
        GraphSaver made = GraphSaver.Attach(graph, new CheckpointOptions(), new SaverOptions { Sharded = true, Reshape = true });

        GraphSaver read = GraphSaver.Of(graph, made.Definition, new CheckpointOptions());

        Assert.Equal(made.Shards, read.Shards);
        Assert.Equal([[new SavedVariable("b", "b", "", true)], [new SavedVariable("a", "a", "", true)]], read.Shards);
        Assert.Equal("save/Identity:0", made.Definition!.SaveTensorName);
    }

    [Fact]
    public void Variables_that_are_not_there_or_come_twice_are_said()
    {
        Graph graph = new();
        graph.Builder.Variable(graph.Builder.Constant(Tensor.Scalar(1f)), "weights");
        Assert.Contains("'weights'", Fails(new SaverOptions { Include = ["wieghts"] }), StringComparison.Ordinal);
        Assert.Contains("'weights'", Fails(new SaverOptions { Map = new Dictionary<string, string> { ["w"] = "weight" } }), StringComparison.Ordinal);
        Assert.Contains("under several names", Fails(new SaverOptions { Map = new Dictionary<string, string> { ["w"] = "weights", ["v"] = "weights" } }), StringComparison.Ordinal);

        string Fails(SaverOptions options) => Assert.Throws<GraphException>(() => GraphSaver.Attach(graph, new CheckpointOptions(), options)).Message;
    }

    [Fact]
    public void What_a_session_saves_by_other_names_comes_back_by_the_graph_that_was_saved_with_it()
    {
        SessionOptions options = new() { Engines = [new CpuEngine()], Checkpoints = new(FlushToDisk: false) };
        using TemporaryFolder folder = new();
        using (ModelSession session = ModelSession.Create(new ValuesModel(("a", Tensor.Scalar(1f), false), ("b", Tensor.Scalar(2f), true)), options))
        {
            session.Engine.WriteVariable("a", Tensor.Scalar(5f));
            Saver saver = session.AddSaver(new SaverOptions { Map = new Dictionary<string, string> { ["other/a"] = "a" } });
            CheckpointInfo saved = saver.Save(new SaveOptions { Folder = folder.Path });
            Assert.Equal([saved.Prefix], saver.LastCheckpoints);
            Assert.Empty(session.Saver.LastCheckpoints);
            Assert.Null(session.Checkpoint);
            Assert.Equal(2, session.Savers.Count);
        }

        using ModelSession restored = ModelSession.Restore(folder.Path, options);
        Assert.Equal((5f, 2f), (restored.ReadVariable("a").ToScalar<float>(), restored.ReadVariable("b").ToScalar<float>()));
        Assert.Equal("other/a", Assert.Single(restored.LastRestore!.Restored).CheckpointName);
    }

    [Fact]
    public void Checkpoints_of_the_first_format_are_one_file_each_and_old_ones_go()
    {
        using TemporaryFolder folder = new();
        SessionOptions options = new() { Engines = [new CpuEngine()] };
        using ModelSession session = ModelSession.Create(new ValuesModel(("a", Tensor.From<float>(1, 2), false), ("b", Tensor.Scalar("text"), true)), options);
        Saver saver = session.AddSaver(new SaverOptions { FirstFormat = true, Checkpoints = new CheckpointOptions(2, FlushToDisk: false) });
        for (int i = 1; i <= 4; i++)
        {
            session.Engine.WriteVariable("a", Tensor.From<float>(i, i));
            saver.Save(new SaveOptions { Folder = folder.Path, Iteration = Math.Min(i, 3) });
        }

        Assert.Equal(["checkpoint", "model.ckpt-2", "model.ckpt-2.meta", "model.ckpt-3", "model.ckpt-3.meta"], folder.Names);
        using ModelSession restored = ModelSession.Restore(folder.Path, options);
        Assert.Equal([4f, 4], restored.ReadVariable("a").Span<float>().ToArray());
        Assert.Equal("text", restored.ReadVariable("b").StringAt(0));
    }

    private static string Text(NodeDef node)
    {
        MapField<string, AttrValue> attributes = node.Attr;
        return $"{node.Name} {node.Op} [{string.Join(' ', node.Input)}] {node.Device} "
            + string.Join(' ', attributes.Where(pair => !s_exportAttributes.Contains(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
    }
}
