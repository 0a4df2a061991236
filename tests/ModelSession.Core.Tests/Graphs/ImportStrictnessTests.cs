using Google.Protobuf;
using Google.Protobuf.Collections;
using ModelSessions.Files;
using ModelSessions.Graphs.MetaGraphs;
using ModelSessions.Protos;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Graphs;

/// <summary>What an import refuses is what TensorFlow 2.16's Python refuses; the tables hold its answers.</summary>
public sealed class ImportStrictnessTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("//", "")]
    [InlineData("/:x", "")]
    [InlineData("cpu", "/device:CPU:*")]
    [InlineData("/device:gpu:1", "/device:GPU:1")]
    [InlineData("/device:XyZ:*", "/device:XyZ:*")]
    [InlineData("/device:CPU:-1", "/device:CPU:-1")]
    [InlineData("/cpu: 1", "/device:CPU:1")]
    [InlineData("/cpu:1_0", "/device:CPU:10")]
    [InlineData("/cpu:+2", "/device:CPU:2")]
    [InlineData("/device:CPU:٣", "/device:CPU:3")]
    [InlineData("/job:", "/job:")]
    [InlineData("/job:a/job:b", "/job:b")]
    [InlineData("/custom:3", "/device:CUSTOM:3")]
    [InlineData("/task:99999999999", "/task:99999999999")]
    [InlineData("/device:CPU", null)]
    [InlineData("/device:CPU:x", null)]
    [InlineData("/device:CPU:", null)]
    [InlineData("/cpu:1__0", null)]
    [InlineData("/job:a:b", null)]
    [InlineData("/replica:*", null)]
    [InlineData("odevice:CPU:0", null)]
    [InlineData("/Job:x", null)]
    [InlineData("/cpu/gpu", null)]
    [InlineData("/XLA_CPU:0", null)]
    [InlineData("cpu:0:0", null)]
    [InlineData("/task:0x1", null)]
    public void A_device_is_read_as_by_Python_also_where_it_is_cleared(string device, string? expected)
    {
        GraphDef graph = new() { Node = { new NodeDef { Name = "a", Op = "NoOp", Device = device } } };
        if (expected is null)
        {
            Assert.Throws<GraphException>(() => Import(graph));
            Assert.Throws<GraphException>(() => Import(graph, new GraphImportOptions { ClearDevices = true }));
            return;
        }

        Assert.Equal(expected, Import(graph).Operation("a").Device);
    }

    [Fact]
    public void An_index_that_is_left_open_is_taken_from_outside_and_what_no_runtime_takes_is_not_cleared()
    {
        Assert.Equal("/job:o/device:CPU:3", DeviceName.Parse("cpu").Over("/job:o/device:GPU:3").ToString());
        GraphDef graph = new() { Node = { new NodeDef { Name = "a", Op = "NoOp", Device = "/device:@PU:*" }, new NodeDef { Name = "b", Op = "NoOp", Device = "/gpu:1" } } };
        Graph cleared = Import(graph, new GraphImportOptions { ClearDevices = true });
        Assert.Equal(("/device:@PU:*", ""), (cleared.Operation("a").Device, cleared.Operation("b").Device));
    }

    [Theory]
    [InlineData("2.16.2", true)]
    [InlineData("1.13.0-rc2", true)]
    [InlineData("1.9", true)]
    [InlineData(" 1.9 ", true)]
    [InlineData("1.9rc1", false)]
    [InlineData("1.9.dev1", false)]
    [InlineData("1.9.post1.dev2", true)]
    [InlineData("1.9rc1.post1", false)]
    [InlineData("1.9a1.post2.dev3+ab-c_d.e", false)]
    [InlineData("1!0.1", true)]
    [InlineData("1", false)]
    [InlineData("2.0.0-preview", true)]
    [InlineData("0.12.head", false)]
    [InlineData("2&16.2", null)]
    [InlineData("1.9+", null)]
    [InlineData("1..9", null)]
    [InlineData("unknown", null)]
    [InlineData("1.9--1", null)]
    [InlineData("1.9_1", null)]
    [InlineData("0.12.head+1", null)]
    public void A_version_is_read_as_by_Python_but_for_builds_between_releases_of_old(string text, bool? isAtLeast19)
    {
        Assert.Equal(isAtLeast19, PackageVersion.Parse(text)?.IsAtLeast(1, 9));
        MetaGraphDef meta = new() { GraphDef = new GraphDef(), MetaInfoDef = new MetaGraphDef.Types.MetaInfoDef { TensorflowVersion = text } };
        if (isAtLeast19 is null)
        {
            Assert.Contains(text, Assert.Throws<GraphException>(() => MetaGraphImporter.Import(meta)).Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(text.EndsWith("head", StringComparison.Ordinal) ? 1 : 0, MetaGraphImporter.Import(meta).Warnings.Count);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("12 02 28 01", true)]
    [InlineData("12 03 c8 06 01", true)]
    [InlineData("12 02 28 01 1a 00", true)]
    [InlineData("1a 00", false)]
    [InlineData("32 02 28 00", false)]
    [InlineData("12 02 18 01", false)]
    [InlineData("12 03 4a 01 78", false)]
    public void An_attribute_without_a_value_has_the_default_but_not_one_with_something_else_in_its_place(string afterKey, bool isTaken)
    {
        byte[] entry = [0x0A, 0x0B, .. "transpose_a"u8, .. Convert.FromHexString(afterKey.Replace(" ", "", StringComparison.Ordinal))];
        NodeDef product = new() { Name = "m", Op = "MatMul", Input = { "a", "a" }, Attr = { ["T"] = new AttrValue { Type = DataType.DtFloat } } };
        byte[] node = [.. product.ToByteArray(), 0x2A, (byte)entry.Length, .. entry];
        GraphDef rest = new() { Node = { new NodeDef { Name = "a", Op = "Placeholder", Attr = { ["dtype"] = new AttrValue { Type = DataType.DtFloat } } } } };
        GraphDef graph = GraphFile.Parse([.. rest.ToByteArray(), 0x0A, (byte)node.Length, .. node]);

        Assert.Equal(isTaken, Damage.Reads(() => Import(graph)));
    }

    [Theory]
    [InlineData("{ }", true)]
    [InlineData("{ list { } }", true)]
    [InlineData("{ list { s: 'x' } }", true)]
    [InlineData("{ list { s: 'x' i: 3 } }", true)]
    [InlineData("{ i: 3 }", false)]
    [InlineData("{ list { i: 3 } }", false)]
    [InlineData("{ list { s: 'loc\\272@a' } }", false)]
    public void Where_a_node_is_to_be_placed_must_be_texts(string value, bool isTaken) => Check("_class", value, isTaken);

    [Theory]
    [InlineData("{ i: 3 }", true)]
    [InlineData("{ list { i: 3 } }", true)]
    [InlineData("{ list { shape { unknown_rank: true } shape { dim { size: 7 } } } }", true)]
    [InlineData("{ }", false)]
    [InlineData("{ list { } }", false)]
    [InlineData("{ list { shape { dim { size: 7 } } } }", false)]
    [InlineData("{ list { shape { unknown_rank: true dim { size: 2 } } } }", false)]
    [InlineData("{ list { shape { dim { size: -2 } } } }", false)]
    public void Stored_shapes_must_fit_unless_it_is_said_that_they_need_not(string value, bool isTaken)
    {
        Check("_output_shapes", value, isTaken);
        GraphImportResult imported = GraphImporter.Import(new Graph(), Constant("_output_shapes", value), new GraphImportOptions { Prefix = "", IgnoreShapeConflicts = true });
        Assert.Equal(isTaken ? 0 : 1, imported.Warnings.Count);
        Assert.Equal(new Shape(2, 3), imported.Operations[0].Outputs[0].Shape);
    }

    [Theory]
    [InlineData("dim { size: -1 } dim { size: 3 }", null)]
    [InlineData("dim { size: 2 } dim { size: -1 }", null)]
    [InlineData("dim { size: 4611686018427387904 } dim { size: 2 }", null)]
    [InlineData("unknown_rank: true dim { size: 2 } dim { size: 3 }", "[2, 3]")]
    [InlineData("unknown_rank: true", "[]")]
    public void A_constant_has_all_its_sizes_whatever_it_says_of_its_rank(string shape, string? expected)
    {
        GraphDef graph = Constant("_x", "{ }");
        graph.Node[0].Attr["value"].Tensor.TensorShape = TextFormat.Parse<TensorShapeProto>(shape);
        if (expected is null)
        {
            Assert.Throws<GraphException>(() => Import(graph));
            return;
        }

        Assert.Equal(expected, Import(graph).Tensor("c").Shape.ToString());
    }

    [Theory]
    [InlineData("initializer")]
    [InlineData("snapshot")]
    public void A_variable_of_a_collection_has_the_names_that_TensorFlow_needs(string missing)
    {
        GraphBuilder builder = new();
        builder.Variable(1f, "v");
        MetaGraphDef meta = MetaGraphExporter.Export(builder.Graph);
        RepeatedField<ByteString> variables = meta.CollectionDef["variables"].BytesList.Value;
        VariableDef variable = VariableDef.Parser.ParseFrom(variables.Single());
        (variable.InitializerName, variable.SnapshotName) = missing == "initializer" ? ("", variable.SnapshotName) : (variable.InitializerName, "");
        variables[0] = variable.ToByteString();

        Assert.Equal(StatusCode.NotFound, Assert.Throws<GraphException>(() => MetaGraphImporter.Import(meta)).Code);
    }

    private static void Check(string attribute, string value, bool isTaken) => Assert.Equal(isTaken, Damage.Reads(() => Import(Constant(attribute, value))));

    private static GraphDef Constant(string attribute, string value) => TextFormat.Parse<GraphDef>($$"""
        node { name: "c" op: "Const"
          attr { key: "dtype" value { type: DT_FLOAT } }
          attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape { dim { size: 2 } dim { size: 3 } } float_val: 1 } } }
          attr { key: "{{attribute}}" value {{value}} } }
        """);

    private static Graph Import(GraphDef definition, GraphImportOptions? options = null)
    {
        Graph graph = new();
        GraphImporter.Import(graph, definition.Clone(), (options ?? new GraphImportOptions()) with { Prefix = "" });
        return graph;
    }
}
