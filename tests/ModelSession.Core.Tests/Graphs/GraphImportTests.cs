using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs;

/// <summary>Imports into graphs that have nodes already, beyond what the golden cases record.</summary>
public sealed class GraphImportTests
{
    [Fact]
    public void A_failed_import_leaves_the_graph_as_it_was()
    {
        GraphBuilder g = new();
        g.Constant(1f, name: "p/a");
        GraphDef bad = Definition(Node("b", "NoOp"), Node("c", "NoSuchOp"));
        bad.Library = new FunctionDefLibrary { Function = { Function("F") } };
        byte[] before = g.Graph.ToGraphDef().ToByteArray();

        GraphException error = Assert.Throws<GraphException>(() => GraphImporter.Import(g.Graph, bad, new GraphImportOptions { Prefix = "p" }));

        Assert.Equal(("c", StatusCode.NotFound), (error.Node, error.Code));
        Assert.Equal(before, g.Graph.ToGraphDef().ToByteArray());
        Assert.Null(g.Graph.Schema("F"));
        Assert.Equal("q", GraphImporter.Import(g.Graph, Definition(Node("b", "NoOp")), new GraphImportOptions { Prefix = "q" }).Prefix);
    }

    [Fact]
    public void Unknown_keys_and_elements_are_told_with_the_nearest_names()
    {
        GraphBuilder g = new();
        GraphTensor mine = g.Constant(1f);

        Assert.Contains("'image'", Message(new() { InputMap = new Dictionary<string, GraphTensor> { ["imege:0"] = mine } }), StringComparison.Ordinal);
        Assert.Contains("'image'", Message(new() { ReturnElements = ["imoge"] }), StringComparison.Ordinal);
        Assert.Contains("no tensor of the graph", Message(new() { InputMap = new Dictionary<string, GraphTensor> { ["image"] = new GraphBuilder().Constant(1f) } }), StringComparison.Ordinal);

        string Message(GraphImportOptions options) =>
            Assert.Throws<GraphException>(() => GraphImporter.Import(g.Graph, Definition(Node("image", "Const", attributes: Float(2))), options)).Message;
    }

    // What TensorFlow 2.16 makes of the same calls.
    [Fact]
    public void The_builders_device_and_control_scopes_hold_for_imported_nodes()
    {
        GraphBuilder g = new();
        using (g.Device("/job:w/task:1"))
        {
            GraphOperation before = g.NoOp("before");
            using GraphScope after = g.ControlDependencies(before);
            NodeDef placed = Node("z", "NoOp");
            placed.Device = "/gpu:1";
            placed.Attr["_class"] = new AttrValue { List = new() { S = { ByteString.CopyFromUtf8("loc:@y") } } };
            NodeDef onCpu = Node("x", "NoOp");
            onCpu.Device = "/cpu:0";
            GraphImporter.Import(g.Graph, Definition(onCpu, Node("y", "NoOp", "^x"), placed), new GraphImportOptions { Prefix = "" });
        }

        Assert.Equal(
            ["before() /job:w/task:1", "x(^before) /job:w/task:1/device:CPU:0", "y(^before,^x) /job:w/task:1", "z(^before) /job:w/task:1"],
            g.Graph.ToGraphDef().Node.Select(node => $"{node.Name}({string.Join(',', node.Input)}) {node.Device}"));
    }

    [Fact]
    public void Control_inputs_reach_nodes_through_their_inputs()
    {
        GraphBuilder g = new();
        GraphOperation first = g.NoOp("first");
        GraphDef definition = Definition(Node("a", "Const", attributes: Float(1)), Node("b", "Identity", "a", attributes: ("T", new AttrValue { Type = DataType.DtFloat })));
        GraphImportResult result = GraphImporter.Import(g.Graph, definition, new GraphImportOptions { ControlInputs = [first] });

        Assert.Equal([first], result.Find("a")!.ControlInputs);
        Assert.Empty(result.Find("b")!.ControlInputs);
        Assert.Null(result.Find("c"));
    }

    [Fact]
    public void Each_copy_of_a_loop_runs_in_a_frame_of_its_own()
    {
        Graph graph = new();
        string path = SharedData.Require("golden/models/gru_dynamic/model.ckpt-0.meta");
        for (int i = 0; i < 2; i++)
        {
            GraphImporter.Import(graph, MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(path)).GraphDef, new GraphImportOptions { Prefix = "m" });
        }

        HashSet<string> first = Frames("m/"), second = Frames("m_1/");
        Assert.NotEmpty(first);
        Assert.Equal(first.Count, second.Count);
        Assert.Empty(first.Intersect(second));

        HashSet<string> Frames(string scope) =>
            [.. graph.Operations.Where(op => op.Type == "Enter" && op.Name.StartsWith(scope, StringComparison.Ordinal)).Select(op => op.String("frame_name"))];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Resources_of_copies_are_their_own_unless_shared(bool share)
    {
        GraphBuilder source = new();
        source.Variable(source.Constant(1f), "v", resource: true);
        Graph graph = new();
        for (int i = 0; i < 2; i++)
        {
            GraphImporter.Import(graph, source.Graph.ToGraphDef().Clone(), new GraphImportOptions { Prefix = "m", ShareResources = share });
        }

        Assert.Equal(share ? ["v", "v"] : ["v", "m_1/v"], graph.Operations.Where(op => op.Type == "VarHandleOp").Select(op => op.String("shared_name")));
    }

    [Fact]
    public void A_function_comes_in_once_and_another_of_its_name_is_refused()
    {
        Graph graph = new();
        GraphDef With(FunctionDef function) => new() { Library = new FunctionDefLibrary { Function = { function } } };
        GraphImporter.Import(graph, With(Function("F")), new GraphImportOptions());
        GraphImporter.Import(graph, With(Function("F")), new GraphImportOptions());
        Assert.Single(graph.Library.Function);

        FunctionDef other = Function("F");
        other.NodeDef.Add(Node("more", "NoOp"));
        Assert.Contains("'F'", Assert.Throws<GraphException>(() => GraphImporter.Import(graph, With(other), new GraphImportOptions())).Message, StringComparison.Ordinal);
        Assert.Single(graph.Library.Function);
    }

    [Fact]
    public void An_attribute_of_a_newer_op_is_left_out_where_it_has_its_default()
    {
        OpDef newer = OpCatalog.Find("NoOp")!.Definition.Clone();
        newer.Attr.Add(new OpDef.Types.AttrDef { Name = "fancy", Type = "int", DefaultValue = new AttrValue { I = 3 } });
        OpList ops = new() { Op = { newer } };
        GraphDef definition = Definition(
            Node("same", "NoOp", attributes: ("fancy", new AttrValue { I = 3 })), Node("other", "NoOp", attributes: ("fancy", new AttrValue { I = 4 })));
        Graph graph = new();
        GraphImportResult result = GraphImporter.Import(graph, definition, new GraphImportOptions { ProducerOps = ops });

        Assert.False(result.Find("same")!.Attributes.ContainsKey("fancy"));
        Assert.True(result.Find("other")!.Attributes.ContainsKey("fancy"));
    }

    [Fact]
    public void The_oldest_producer_and_the_strictest_consumer_count()
    {
        Graph graph = new();
        GraphDef old = Definition(Node("a", "NoOp"));
        old.Versions = new VersionDef { Producer = 21, MinConsumer = 5, BadConsumers = { 7 } };
        GraphImporter.Import(graph, old, new GraphImportOptions());
        GraphDef newer = Definition(Node("a", "NoOp"));
        newer.Versions = new VersionDef { Producer = 38, MinConsumer = 12, BadConsumers = { 6 } };
        GraphImporter.Import(graph, newer, new GraphImportOptions());

        Assert.Equal(new VersionDef { Producer = 21, MinConsumer = 12, BadConsumers = { 6, 7 } }, graph.Versions);
    }

    private static GraphDef Definition(params NodeDef[] nodes) => new() { Versions = new VersionDef { Producer = 1766 }, Node = { nodes } };

    private static NodeDef Node(string name, string op, string? input = null, params (string Name, AttrValue Value)[] attributes)
    {
        NodeDef node = new() { Name = name, Op = op };
        node.Input.AddRange(input is null ? [] : [input]);
        foreach ((string key, AttrValue value) in attributes)
        {
            node.Attr.Add(key, value);
        }

        return node;
    }

    private static (string, AttrValue)[] Float(float value) =>
        [("dtype", new AttrValue { Type = DataType.DtFloat }), ("value", new AttrValue { Tensor = TensorCodec.ToProto(Tensor.Scalar(value)) })];

    private static FunctionDef Function(string name) => new() { Signature = new OpDef { Name = name } };
}
