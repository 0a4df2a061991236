using Google.Protobuf;

namespace ModelSessions.Tests.Sessions;

public sealed class SessionRecordTests
{
    private static readonly SessionRecord s_record = new(
        "Mine",
        SessionRecord.Normalise(new Dictionary<string, object> { ["Layers"] = new[] { 3, 4 }, ["Rate"] = 0.1f, ["Kind"] = DayOfWeek.Monday, ["Bias"] = true }),
        17,
        new Binding { ["inputs"] = "x:0", ["metrics.accuracy"] = "a:0" },
        [new("learning_rate", 0.1), new("keep", 0.5, 1), new("open", null, null)]);

    [Fact]
    public void A_record_comes_back_from_the_collections()
    {
        GraphCollections collections = new();
        s_record.WriteTo(collections);
        s_record.WriteTo(collections);
        SessionRecord read = SessionRecord.Read(collections)!;
        Assert.Equal((s_record.Name, s_record.Seed, s_record.Binding), (read.Name, read.Seed, read.Binding));
        Assert.Equal(s_record.Hyperparameters, read.Hyperparameters);
        Assert.Equal("Layers=[3, 4], Rate=0.1, Kind=Monday, Bias=True", read.Parameters.ToString());
        Assert.All(collections.Keys, key => Assert.Single(collections.Bytes(key)));
    }

    [Fact]
    public void What_Python_prefixed_by_an_import_scope_is_understood()
    {
        GraphCollections collections = new();
        s_record.WriteTo(collections);
        GraphCollections scoped = new();
        foreach (string key in collections.Keys)
        {
            scoped.AddBytes(key, ByteString.CopyFromUtf8("m1/" + collections.Bytes(key)[0].ToStringUtf8()));
        }

        SessionRecord read = SessionRecord.Read(scoped)!;
        Assert.Equal("m1/x:0", read.Binding.Name("inputs"));
        Assert.Equal("m1/a:0", read.Binding.Name("metrics.accuracy"));
        Assert.Equal(s_record.Parameters.ToString(), read.Parameters.ToString());
    }

    [Fact]
    public void Of_several_that_imports_left_each_is_found_under_its_scope()
    {
        GraphCollections collections = new();
        s_record.WriteTo(collections);
        foreach (string key in collections.Keys)
        {
            collections.AddBytes(key, ByteString.CopyFromUtf8("m1/" + collections.Bytes(key)[0].ToStringUtf8()));
            collections.AddBytes(key, ByteString.CopyFromUtf8("m2/sub/" + collections.Bytes(key)[0].ToStringUtf8()));
        }

        SessionRecord read = SessionRecord.Read(collections)!;
        Assert.Equal(s_record.Name, read.Name);
        Assert.Equal("x:0", read.Binding.Name("inputs"));
        Assert.Equal("m1/x:0", read.Binding.Name("m1.inputs"));
        Assert.Equal("m2/sub/a:0", read.Binding.Name("m2/sub.metrics.accuracy"));
    }

    [Fact]
    public void Of_several_in_scopes_none_is_the_graphs_own()
    {
        GraphCollections written = new(), collections = new();
        s_record.WriteTo(written);
        foreach (string key in written.Keys)
        {
            collections.AddBytes(key, ByteString.CopyFromUtf8("m1/" + written.Bytes(key)[0].ToStringUtf8()));
            collections.AddBytes(key, ByteString.CopyFromUtf8("m2/" + written.Bytes(key)[0].ToStringUtf8()));
        }

        SessionRecord read = SessionRecord.Read(collections)!;
        Assert.Equal("", read.Name);
        Assert.Null(read.Binding.Name("inputs"));
        Assert.Equal("m2/x:0", read.Binding.Name("m2.inputs"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    public void A_damaged_record_is_an_error_of_the_graph(string json)
    {
        GraphCollections collections = new();
        collections.AddBytes("model_session/binding", ByteString.CopyFromUtf8(json));
        Assert.Throws<GraphException>(() => SessionRecord.Read(collections));
        s_record.WriteTo(collections);
        collections.Remove("model_session/definition");
        collections.AddBytes("model_session/definition", ByteString.CopyFromUtf8(json));
        Assert.Throws<GraphException>(() => SessionRecord.Read(collections));
    }

    [Fact]
    public void A_graph_of_TensorFlows_has_no_record() => Assert.Null(SessionRecord.Read(new GraphCollections()));
}
