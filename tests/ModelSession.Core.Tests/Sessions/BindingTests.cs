using System.Collections;

namespace ModelSessions.Tests.Sessions;

public sealed class BindingTests
{
    private readonly GraphBuilder _g = new();
    private readonly GraphTensor _x;
    private readonly GraphTensor _y;
    private readonly GraphOperation _train;

    public BindingTests()
    {
        _x = _g.Placeholder(DType.Float32, [-1, 2], "x");
        _y = _g.Placeholder(DType.Float32, [-1], "y");
        _train = _g.NoOp("train");
    }

    [Fact]
    public void Names_come_back_from_JSON_as_they_went()
    {
        Binding binding = new()
        {
            ["inputs"] = _x,
            ["train"] = _train,
            ["metrics.accuracy"] = "accuracy:0",
            ["layers"] = new[] { _x, _y },
        };

        Assert.Equal("""{"inputs":"x:0","train":"train","metrics":{"accuracy":"accuracy:0"},"layers":["x:0","y:0"]}""", binding.ToJson());
        Assert.Equal(binding, Binding.FromJson(binding.ToJson()));
        Assert.Equal("y:0", binding.Names["layers.1"]);
        Assert.Equal("accuracy:0", binding.Name("metrics.accuracy"));
    }

    [Fact]
    public void What_holds_itself_is_refused()
    {
        Hashtable table = new() { ["loss"] = "loss:0" };
        table["self"] = table;
        object[] list = new object[1];
        list[0] = list;

        Assert.Contains("holds itself", Assert.Throws<GraphException>(() => new Binding(table)).Message, StringComparison.Ordinal);
        Assert.Contains("holds itself", Assert.Throws<GraphException>(() => new Binding { ["layers"] = list }).Message, StringComparison.Ordinal);
        Assert.Contains("nested deeper", Assert.Throws<GraphException>(() => new Binding { [string.Join('.', Enumerable.Repeat("a", 100_000))] = "x:0" }).Message, StringComparison.Ordinal);
        Assert.Contains("key is empty", Assert.Throws<GraphException>(() => new Binding { [""] = "x:0" }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_an_object_that_counts_without_an_end_nothing_is_bound() =>
        Assert.Empty(Binding.FromFields(new Dictionary<string, object> { ["numbers"] = Enumerable.InfiniteSequence(0, 1) }).Keys);

    [Fact]
    public void A_dictionary_of_a_script_is_a_binding()
    {
        Hashtable given = new() { ["loss"] = "loss:0", ["metrics"] = new Hashtable { ["accuracy"] = "a:0" } };
        Assert.Equal("a:0", new Binding(given).Name("metrics.accuracy"));
    }

    [Fact]
    public void An_objects_fields_are_bound_and_found_again_in_another_graph()
    {
        Model model = new() { X = _x, Train = _train, Layers = [_x, _y], Inner = new Inner { Y = _y }, Note = "not bound" };
        Binding binding = Binding.FromFields(model);
        Assert.Equal("""{"X":"x:0","Layers":["x:0","y:0"],"Train":"train","Inner":{"Y":"y:0"}}""", binding.ToJson());

        Graph other = GraphImporter.Import(_g.Graph.ToGraphDef());
        Model found = binding.To<Model>(other);
        Assert.Same(other, found.X!.Graph);
        Assert.Equal("y:0", found.Inner!.Y!.Name);
        Assert.Equal(["x:0", "y:0"], found.Layers!.Select(tensor => tensor.Name));
        Assert.Same(other.Operation("train"), found.Train);
    }

    [Fact]
    public void Listed_fields_alone_are_bound_and_unknown_ones_refused()
    {
        Model model = new() { X = _x, Train = _train };
        Assert.Equal("""{"X":"x:0"}""", Binding.FromFields(model, "X").ToJson());
        Assert.Contains("Did you mean 'Train'", Assert.Throws<GraphException>(() => Binding.FromFields(model, "Trian")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_the_graph_lacks_lists_the_nearest()
    {
        Binding binding = new() { ["X"] = "xx:0" };
        Assert.Contains("'x'", Assert.Throws<GraphException>(() => binding.To<Model>(_g.Graph)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_names_that_the_graph_lacks_are_told_at_once_and_nothing_is_set()
    {
        Binding binding = new() { ["X"] = "x:0", ["Inner"] = new Binding { ["Y"] = "yy:0" }, ["Train"] = "tarin" };
        Model model = new();
        string message = Assert.Throws<GraphException>(() => binding.Into(model, _g.Graph)).Message;
        Assert.Contains("'yy:0' (Inner.Y)", message, StringComparison.Ordinal);
        Assert.Contains("'tarin' (Train) Did you mean 'train'", message, StringComparison.Ordinal);
        Assert.Null(model.X);
    }

    [Fact]
    public void A_binding_holds_in_a_graph_that_was_imported_into_a_scope()
    {
        GraphBuilder scoped = new();
        using (scoped.NameScope("m1"))
        {
            scoped.Placeholder(DType.Float32, [-1, 2], "x");
            scoped.NoOp("train");
        }

        Model found = Binding.FromFields(new Model { X = _x, Train = _train }).To<Model>(scoped.Graph, "m1/");
        Assert.Equal(("m1/x:0", "m1/train"), (found.X!.Name, found.Train!.Name));
    }

    [Fact]
    public void A_binding_resolves_to_a_dictionary_of_its_form()
    {
        Hashtable given = new() { ["layers"] = new object[] { "x:0", new Hashtable { ["next"] = "y:0" } }, ["train"] = "train" };
        Binding binding = new(given);
        IDictionary found = binding.Resolve(_g.Graph);
        Assert.Same(_train, found["train"]);
        object[] layers = Assert.IsType<object[]>(found["layers"]);
        Assert.Equal("x:0", Assert.IsType<GraphTensor>(layers[0]).Name);
        Assert.Equal("y:0", Assert.IsType<GraphTensor>(Assert.IsAssignableFrom<IDictionary>(layers[1])["next"]).Name);
        Assert.Equal(binding, new Binding(binding.ToDictionary()));
        Assert.Equal("x:0", ((object[])given["layers"]!)[0]);
    }

    [Fact]
    public void A_binding_is_stored_with_the_graph_and_found_in_the_scope_it_was_imported_into()
    {
        Binding binding = Binding.FromFields(new Model { X = _x, Train = _train });
        _g.Graph.Bindings.Set("mine", binding);
        Assert.Equal(binding, _g.Graph.Bindings.Get("mine"));
        Assert.Equal(["mine"], _g.Graph.Bindings.Names);

        // As Python's import_meta_graph leaves it when it is imported twice.
        Graph other = new();
        other.Collections.AddBytes("model_session/bindings/mine", Google.Protobuf.ByteString.CopyFromUtf8("a/" + binding.ToJson()));
        other.Collections.AddBytes("model_session/bindings/mine", Google.Protobuf.ByteString.CopyFromUtf8("a_1/" + binding.ToJson()));
        Assert.Equal("a/x:0", other.Bindings.Get("mine").Name("X"));
        Assert.Equal("a_1/x:0", other.Bindings.Get("mine", "a_1").Name("X"));
        Assert.Contains("'mine'", Assert.Throws<GraphException>(() => other.Bindings.Get("mien")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_is_bound_by_its_handle_and_found_with_its_initialiser()
    {
        GraphVariable weight = _g.Variable("w", [2], Initializers.Zeros, resource: true);
        Binding binding = Binding.FromFields(new Weights { W = weight });
        Assert.Equal("""{"W":"w:0"}""", binding.ToJson());
        Weights found = binding.To<Weights>(_g.Graph);
        Assert.Equal("w/Assign", found.W!.Initializer.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"a\":")]
    public void What_is_no_binding_is_refused(string json) => Assert.Throws<GraphException>(() => Binding.FromJson(json));

    private sealed class Model
    {
        public GraphTensor? X;
        public GraphTensor[]? Layers;
        public string? Note;

        public GraphOperation? Train { get; set; }

        public Inner? Inner { get; set; }
    }

    private sealed class Weights
    {
        public GraphVariable? W { get; set; }
    }

    private sealed class Inner
    {
        public GraphTensor? Y { get; set; }
    }
}
