using System.Text;
using Google.Protobuf;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Files;

/// <summary>Graphs and texts with bytes flipped, cut, spliced: read and imported, or refused, soon and in little memory.</summary>
public sealed class GraphDamageTests
{
    [Theory]
    [InlineData("frozen.pb")]
    [InlineData("frozen.pbtxt")]
    public void Every_cut_and_every_changed_byte_of_a_graph_ends_in_a_graph_or_an_error(string file)
    {
        byte[] sound = File.ReadAllBytes(SharedData.Require($"golden/files/frozen/mlp_ref/{file}"));
        int read = Damage.CutsAndFlips(sound).Count(damaged => Damage.Reads(() => GraphImporter.Import(GraphFile.Parse(damaged))));
        Assert.InRange(read, 1, 2 * sound.Length);
    }

    [Theory]
    [InlineData("golden/files/frozen/loop_ref/frozen.pb")]
    [InlineData("golden/files/frozen/loop_resource/frozen.pbtxt")]
    [InlineData("golden/files/frozen/mixed_dtypes/frozen.pb")]
    [InlineData("golden/files/bad_graphs/function_mutual/graph.pb")]
    public void Damage_of_loops_functions_and_constants_ends_in_a_graph_or_an_error(string file)
    {
        byte[] sound = File.ReadAllBytes(SharedData.Require(file));
        Damage.ForAll(500, random => Damage.Reads(() => GraphImporter.Import(GraphFile.Parse(Damage.Mutate(sound, random)))));
    }

    // What a damaged text means may differ, but never what is printed from what is read.
    [Fact]
    public void Spliced_texts_end_in_messages_that_are_printed_and_read_again_or_in_errors()
    {
        byte[][] texts = [.. Directory.EnumerateFiles(SharedData.Require("golden/files/text"), "*.pbtxt").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(text => text.Length < 4096)];
        int read = 0;
        Damage.ForAll(3000, random =>
        {
            byte[] a = texts[random.Next(texts.Length)], b = texts[random.Next(texts.Length)];
            byte[] text = Damage.Mutate([.. a[..random.Next(a.Length + 1)], .. b[random.Next(b.Length + 1)..]], random);
            read += Damage.Reads(() => CheckPrinted<AttrValue>(text)) ? 1 : 0;
            read += Damage.Reads(() => CheckPrinted<NodeDef>(text)) ? 1 : 0;
        });
        Assert.True(read > 100, $"{read} texts were read.");
    }

    [Fact]
    public void A_graph_is_read_by_what_it_holds_whatever_its_name()
    {
        GraphDef graph = GraphFile.Read(SharedData.Require("golden/files/frozen/loop_ref/frozen.pb"));
        Assert.Equal(graph, GraphFile.Read(SharedData.Require("golden/files/frozen/loop_ref/frozen.pbtxt")));
        using TemporaryFolder folder = new();
        GraphFile.Write(folder["g.pbtxt"], graph);
        GraphFile.Write(folder["g.pb"], graph);
        GraphFile.Write(folder["text.pb"], graph, asText: true);
        using (FileStream zip = File.Create(folder["g.gz"]))
        using (System.IO.Compression.GZipStream packed = new(zip, System.IO.Compression.CompressionLevel.Fastest))
        {
            packed.Write(File.ReadAllBytes(folder["text.pb"]));
        }

        Assert.Equal("node {", File.ReadLines(folder["g.pbtxt"]).First());
        Assert.Equal(graph.ToByteArray(), File.ReadAllBytes(folder["g.pb"]));
        foreach (string name in new[] { "g.pbtxt", "g.pb", "text.pb", "g.gz" })
        {
            Assert.Equal(graph, GraphFile.Read(folder[name]));
        }

        Assert.DoesNotContain(folder.Names, name => name.EndsWith(".tempsave", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("node { name: 'a' op: }", "line 1, column 22: expected a quoted text, found '}'.")]
    [InlineData("\n\n# a graph\nnode { nme: 'a' }", "line 4, column 8: a 'tensorflow.NodeDef' has no field 'nme'. Did you mean 'name'?")]
    [InlineData("\ufeffnode { }", "found a byte order mark; save the text as UTF-8 without one.")]
    [InlineData("\n\u0005\n\u0001a\u0012\u0004", "the file is no graph (GraphDef), or is damaged")]
    public void The_error_is_that_of_the_form_that_the_file_seems_to_have(string content, string message) =>
        Assert.Contains(message, Assert.Throws<ModelFileException>(() => GraphFile.Parse(Encoding.UTF8.GetBytes(content))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_name_that_is_not_UTF8_is_refused_as_in_TensorFlow()
    {
        byte[] bytes = new GraphDef { Node = { new NodeDef { Name = "x", Op = "NoOp" } } }.ToByteArray();
        bytes[Array.IndexOf(bytes, (byte)'x')] = 0xFF;
        Assert.Contains("not UTF-8", Assert.Throws<ModelFileException>(() => GraphFile.Parse(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zeros_packed_a_thousandfold_take_no_memory()
    {
        using MemoryStream packed = new();
        using (System.IO.Compression.GZipStream zip = new(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(new byte[8 << 20]);
        }

        Assert.False(Damage.Reads(() => GraphFile.Parse(packed.ToArray())));
    }

    private static void CheckPrinted<T>(byte[] text)
        where T : class, IMessage<T>, new()
    {
        // Messages that hold what is not a number do not equal themselves; their texts do.
        string printed = TextFormat.Print(TextFormat.Parse<T>(text));
        Assert.Equal(printed, TextFormat.Print(TextFormat.Parse<T>(printed)));
    }
}
