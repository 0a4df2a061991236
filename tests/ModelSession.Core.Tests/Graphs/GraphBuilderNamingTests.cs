namespace ModelSessions.Tests.Graphs;

public sealed class GraphBuilderNamingTests
{
    private readonly GraphBuilder _g = new();

    [Fact]
    public void Names_get_suffixes_in_the_order_of_use() =>
        Assert.Equal(["NoOp", "NoOp_1", "a", "a_1", "NoOp_2"], Names(null, null, "a", "a", null));

    [Fact]
    public void Names_that_differ_by_case_only_are_the_same_name() =>
        Assert.Equal(["a", "A_1", "a_2"], Names("a", "A", "a"));

    [Fact]
    public void A_suffix_that_is_taken_is_passed_over() =>
        Assert.Equal(["a_1", "a", "a_2"], Names("a_1", "a", "a"));

    [Fact]
    public void Scopes_and_operations_share_their_names()
    {
        using (_g.NameScope("a"))
        {
            Assert.Equal(["a/x"], Names("x"));
        }

        Assert.Equal(["a_1"], Names("a"));
        using GraphScope second = _g.NameScope("a");
        Assert.Equal("a_2/", second.Name);
    }

    [Fact]
    public void A_slash_at_the_end_enters_a_scope_again()
    {
        string scope;
        using (GraphScope first = _g.NameScope("a"))
        {
            scope = first.Name;
        }

        using (_g.NameScope("other"))
        using (_g.NameScope(scope))
        {
            Assert.Equal(["a/x", "a/x_1"], Names("x", "x"));
        }

        Assert.Equal("a", _g.NoOp(scope).Name);
    }

    [Fact]
    public void An_empty_scope_is_the_top()
    {
        using (_g.NameScope("a"))
        using (_g.NameScope(null))
        {
            Assert.Equal(["x"], Names("x"));
        }
    }

    [Fact]
    public void Names_of_imported_nodes_are_taken()
    {
        _g.Graph.Add(new NodeSpec { Type = "NoOp", Name = "Layer/x" });
        using (_g.NameScope("layer"))
        {
            Assert.Equal(["layer/x_1"], Names("x"));
        }
    }

    [Fact]
    public void Constants_of_an_operation_stand_in_its_scope()
    {
        GraphTensor x = _g.Placeholder(DType.Float64, [2], "x");

        GraphTensor y = 2 * x + 0.5;

        Assert.Equal(["x", "mul/x", "mul", "add/y", "add"], _g.Graph.Operations.Select(operation => operation.Name));
        Assert.Equal("add:0", y.Name);
        Assert.Equal(DType.Float64, y.DType);
    }

    [Fact]
    public void A_control_dependency_that_an_input_has_is_not_written_again()
    {
        GraphOperation first = _g.NoOp("first");
        GraphTensor outside = _g.Placeholder(DType.Float32, name: "outside");
        using (_g.ControlDependencies(first))
        {
            GraphTensor inside = _g.Identity(outside, "inside");
            Assert.Equal(["first"], inside.Operation.ControlInputs.Select(control => control.Name));
            Assert.Empty(_g.Identity(inside, "after").Operation.ControlInputs);
        }
    }

    [Fact]
    public void An_operation_that_writes_a_variable_is_placed_with_it()
    {
        GraphVariable v = _g.Variable(1.0, "v");

        GraphOperation add = _g.AssignAdd(v, 2);

        Assert.Equal("loc:@v", Assert.Single(add.Attributes["_class"].List.S).ToStringUtf8());
    }

    [Fact]
    public void A_device_scope_fills_what_the_inner_one_leaves_open()
    {
        using (_g.Device("/job:ps/task:1"))
        using (_g.Device("/gpu:2"))
        {
            Assert.Equal("/job:ps/task:1/device:GPU:2", _g.NoOp().Device);
        }
    }

    private IEnumerable<string> Names(params string?[] names) => [.. names.Select(name => _g.NoOp(name).Name)];
}
