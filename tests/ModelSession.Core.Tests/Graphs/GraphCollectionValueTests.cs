using System.Collections;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs;

public sealed class GraphCollectionValueTests
{
    [Fact]
    public void Values_of_users_come_back_from_a_file_as_they_were()
    {
        GraphBuilder g = new();
        GraphCollections collections = g.Graph.Collections;
        collections.SetValues("texts", ["a", "", "{\"value\": 1}", "[1, 2]", "ä"]);
        collections.SetValues("integers", [1, -9_000_000_000, (byte)7]);
        collections.SetValues("numbers", [0.1, 1e30f, -2.5m, double.PositiveInfinity]);
        collections.SetValues("exact", [1.0 / 3]);
        collections.SetValues("mixed", [1, "two", true, null, 2.5]);
        collections.SetValues("table", [new Hashtable { ["rates"] = new object[] { 0.1, 0.01 }, ["name"] = "x", ["on"] = false }]);
        collections.SetValues("bytes", [new byte[] { 0, 255 }]);
        collections.SetValues("tensors", [g.Constant(1f, name: "c"), g.NoOp("nothing")]);
        collections.AddValue("integers", 8);
        collections.AddValue("integers", "nine");
        collections.AddValue("tensors", g.Constant(1f, name: "d"));

        GraphCollections read = MetaGraphImporter.Import(MetaGraphExporter.Export(g.Graph)).Graph.Collections;

        Assert.Equal(["a", "", "{\"value\": 1}", "[1, 2]", "ä"], read.Values("texts"));
        Assert.Equal([1L, -9_000_000_000L, 7L, 8L, "nine"], read.Values("integers"));
        Assert.Equal([0.1, 1e30, -2.5, double.PositiveInfinity], read.Values("numbers"));
        Assert.Equal([1.0 / 3], read.Values("exact"));
        Assert.Equal([1L, "two", true, null, 2.5], read.Values("mixed"));
        IDictionary table = Assert.IsAssignableFrom<IDictionary>(Assert.Single(read.Values("table")));
        Assert.Equal("x", table["name"]);
        Assert.Equal(false, table["on"]);
        Assert.Equal([0.1, 0.01], Assert.IsAssignableFrom<IEnumerable<object?>>(table["rates"]));
        Assert.Equal(new byte[] { 0, 255 }, Assert.Single(read.Values("bytes")));
        Assert.Equal(["c:0", "nothing", "d:0"], read.Values("tensors"));
        Assert.Empty(read.Values("none"));
    }

    [Fact]
    public void Values_that_Python_put_into_a_scope_are_read_as_they_were_and_texts_stay_texts()
    {
        GraphCollections collections = new();
        collections.Set("mine", new CollectionDef { BytesList = new() { Value = { ByteString.CopyFromUtf8("a/b_1/{\"value\":[1,null]}"), ByteString.CopyFromUtf8("not so/{\"value\":1}") } } });
        collections.SetValues("text", ["m/{\"value\":1}"]);

        Assert.Equal(["m/{\"value\":1}"], collections.Values("text"));
        Assert.Equal([1L, null], Assert.IsAssignableFrom<IEnumerable<object?>>(collections.Values("mine")[0]));
        Assert.Equal("not so/{\"value\":1}", collections.Values("mine")[1]);
    }

    [Theory]
    [InlineData("variables")]
    [InlineData("while_context")]
    public void Collections_that_describe_the_graph_take_no_plain_values(string key)
    {
        GraphBuilder g = new();
        g.Variable(g.Constant(1f), "v");
        Assert.Contains($"'{key}'", Assert.Throws<ArgumentException>(() => g.Graph.Collections.SetValues(key, [3])).Message, StringComparison.Ordinal);
        Assert.Single(g.Graph.Collections.Bytes("variables"));
    }

    [Fact]
    public void Values_are_stored_in_the_lists_that_Python_reads()
    {
        GraphCollections collections = new();
        collections.SetValues("i", [1, 2]);
        collections.SetValues("f", [0.1]);
        collections.SetValues("s", ["text"]);

        Assert.Equal([1L, 2L], Get(collections, "i").Int64List.Value);
        Assert.Equal([0.1f], Get(collections, "f").FloatList.Value);
        Assert.Equal("text", Assert.Single(Get(collections, "s").BytesList.Value).ToStringUtf8());
    }

    [Fact]
    public void Variables_are_listed_as_TensorFlow_lists_them()
    {
        GraphBuilder g = new();
        GraphVariable v = g.Variable(g.Constant(1f), "v");
        g.Graph.Collections.AddValue("moving_average_variables", v);
        g.Graph.Collections.AddValue("mine", v);

        Assert.Equal(v.ToProto(), Assert.Single(g.Graph.Collections.Values("moving_average_variables")));
        Assert.Equal("v:0", Assert.Single(g.Graph.Collections.Values("mine")));
    }

    [Fact]
    public void What_no_collection_can_hold_is_refused()
    {
        GraphCollections collections = new();
        GraphBuilder g = new();
        List<object> endless = [];
        endless.Add(endless);

        Assert.Throws<ArgumentException>(() => collections.SetValues("k", [new object()]));
        Assert.Throws<ArgumentException>(() => collections.SetValues("k", [endless]));
        Assert.Throws<ArgumentException>(() => collections.SetValues("k", [g.Constant(1f), 2]));
        Assert.Throws<ArgumentException>(() => collections.SetValues("variables", [g.Constant(1f)]));
        Assert.Empty(collections.Keys);
    }

    [Fact]
    public void An_empty_list_removes_the_collection()
    {
        GraphCollections collections = new();
        collections.SetValues("k", [1]);
        collections.SetValues("k", []);
        Assert.Empty(collections.Keys);
    }

    private static CollectionDef Get(GraphCollections collections, string key) => collections.TryGet(key, out CollectionDef? found) ? found : new();
}
