using Google.Protobuf;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Files;

/// <summary>Whatever is in a <c>.meta</c> file, it ends in a graph or in an error of the file, in bounded memory.</summary>
public sealed class MetaGraphDamageTests : IDisposable
{
    private const long MostBytes = 256 << 20;

    // Of these, the ones that are there: some are committed.
    private static readonly string[] s_cases = ["collections", "saver_sharded", "export_scope", "control_flow_v1", "functions", "mlp_resource", "tables"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model.meta")]
    [InlineData("model.pb")]
    public void A_length_that_overflows_is_an_error_of_the_file(string name)
    {
        File.WriteAllBytes(_folder[name], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, .. "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"u8]);
        Assert.Throws<ModelFileException>(() => name.EndsWith(".meta", StringComparison.Ordinal) ? (object)MetaGraphFile.Read(_folder[name]) : GraphFile.Read(_folder[name]));
    }

    [Fact]
    public void Any_change_of_bytes_ends_in_a_graph_or_in_an_error_of_the_file() => Damage.ForAll(400, random =>
    {
        byte[] bytes = Source(random);
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            bytes = Damage.Mutate(bytes, random);
        }

        Open(bytes);
    });

    // Bytes that still are a message reach further than those that are none.
    [Fact]
    public void Any_change_of_nodes_ends_in_a_graph_or_in_an_error_of_the_file() => Damage.ForAll(600, random =>
    {
        MetaGraphDef meta = MetaGraphDef.Parser.ParseFrom(Source(random));
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            Change(meta.GraphDef, random);
        }

        Open(meta.ToByteArray());
    });

    [Fact]
    public void Functions_that_call_themselves_or_nest_deeply_are_no_trouble()
    {
        MetaGraphDef meta = new() { GraphDef = new GraphDef { Library = new FunctionDefLibrary() } };
        for (int i = 0; i < 2000; i++)
        {
            FunctionDef function = new() { Signature = new OpDef { Name = $"F{i}" } };
            function.NodeDef.Add(new NodeDef { Name = "call", Op = $"F{(i + 1) % 2000}" });
            meta.GraphDef.Library.Function.Add(function);
            meta.GraphDef.Node.Add(new NodeDef { Name = $"n{i}", Op = $"F{i}" });
        }

        Assert.True(Open(meta.ToByteArray()));
    }

    [Fact]
    public void Messages_in_messages_without_end_are_refused()
    {
        ControlFlowContextDef context = new() { CondCtxt = new CondContextDef { ContextName = "c" } };
        for (int i = 0; i < 300; i++)
        {
            context = new ControlFlowContextDef { CondCtxt = new CondContextDef { ContextName = "c", NestedContexts = { context } } };
        }

        MetaGraphDef meta = new() { GraphDef = new GraphDef() };
        meta.CollectionDef.Add("cond_context", new CollectionDef { BytesList = new() { Value = { context.CondCtxt.ToByteString() } } });

        Assert.False(Open(meta.ToByteArray()));
    }

    private static byte[] Source(Random random)
    {
        string folder = SharedData.Require("golden/files/meta");
        string[] there = [.. s_cases.Select(name => Path.Combine(folder, name, "graph.meta")).Where(File.Exists)];
        return File.ReadAllBytes(random.GetItems(there, 1)[0]);
    }

    // True if it is a graph, which then goes out again, too.
    private bool Open(byte[] bytes)
    {
        string path = _folder["m.meta"];
        File.WriteAllBytes(path, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            MetaGraphImportResult imported = MetaGraphFile.Import(path, new MetaGraphImportOptions { Scope = "s", KeepDevices = true });
            MetaGraphExporter.Export(imported.Graph, new MetaGraphExportOptions { Saver = imported.Saver, Scope = "s" });
            return true;
        }
        catch (ModelFileException error)
        {
            Assert.Equal(path, error.Path);
            return false;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        }
    }

    private static void Change(GraphDef graph, Random random)
    {
        NodeDef node = graph.Node[random.Next(graph.Node.Count)], other = graph.Node[random.Next(graph.Node.Count)];
        switch (random.Next(9))
        {
            case 0:
                node.Op = other.Op;
                break;
            case 1:
                node.Name = other.Name;
                break;
            case 2:
                node.Input.Add(random.Next(2) == 0 ? other.Name : $"^{other.Name}");
                break;
            case 3 when node.Input.Count > 0:
                node.Input[random.Next(node.Input.Count)] = $"{other.Name}:{random.Next(-1, 3)}";
                break;
            case 4 when node.Input.Count > 0:
                node.Input.RemoveAt(random.Next(node.Input.Count));
                break;
            case 5 when node.Attr.Count > 0:
                node.Attr.Remove(node.Attr.Keys.ElementAt(random.Next(node.Attr.Count)));
                break;
            case 6 when node.Attr.Count > 0:
                node.Attr[node.Attr.Keys.ElementAt(random.Next(node.Attr.Count))] = Value(random);
                break;
            case 7 when other.Attr.Count > 0:
                KeyValuePair<string, AttrValue> attribute = other.Attr.ElementAt(random.Next(other.Attr.Count));
                node.Attr[attribute.Key] = attribute.Value;
                break;
            default:
                graph.Node.Remove(node);
                graph.Node.Add(node);
                break;
        }
    }

    private static AttrValue Value(Random random)
    {
        long[] sizes = [0, 1, -1, -2, long.MinValue, long.MaxValue, 1L << 31, 1L << 62];
        TensorShapeProto shape = new();
        shape.Dim.AddRange(random.GetItems(sizes, random.Next(5)).Select(size => new TensorShapeProto.Types.Dim { Size = size }));
        shape.UnknownRank = random.Next(8) == 0;
        TensorProto tensor = new() { Dtype = (DataType)random.Next(30), TensorShape = shape };
        tensor.IntVal.AddRange(Enumerable.Range(0, random.Next(4)));
        tensor.TensorContent = ByteString.CopyFrom(new byte[random.Next(3) * 4]);
        AttrValue list = new() { List = new() };
        list.List.I.AddRange(random.GetItems(sizes, random.Next(6)));
        list.List.Shape.AddRange(Enumerable.Repeat(shape, random.Next(3)));
        list.List.Type.AddRange(random.GetItems([DataType.DtFloat, DataType.DtInt32, (DataType)101, (DataType)9999], random.Next(4)));
        list.List.S.Add(ByteString.CopyFrom([0xFF, (byte)random.Next(256)]));
        return random.Next(8) switch
        {
            0 => new AttrValue { I = random.GetItems(sizes, 1)[0] },
            1 => new AttrValue { Type = (DataType)random.Next(-1, 130) },
            2 => new AttrValue { Shape = shape },
            3 => new AttrValue { Tensor = tensor },
            4 => new AttrValue { S = ByteString.CopyFrom([0xFF, 0, 0x2F]) },
            5 => new AttrValue { F = float.NaN },
            6 => new AttrValue(),
            _ => list,
        };
    }
}
