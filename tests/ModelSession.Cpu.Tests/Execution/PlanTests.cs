using ModelSessions.Protos;

namespace ModelSessions.Tests.Execution;

public sealed class PlanTests : IDisposable
{
    private readonly GraphSketch _g = new();

    public void Dispose() => _g.Dispose();

    [Theory]
    [InlineData("AddV2")]
    [InlineData("BiasAdd")]
    public void A_product_with_bias_and_relu_has_the_bits_of_its_parts(string sum)
    {
        Random random = new(1);
        GraphTensor x = _g.Placeholder("x", [-1, 70]), w = _g.Const("w", Numbers(random, [70, 33])), b = _g.Const("b", Numbers(random, [33]));
        GraphTensor product = _g.Node("MatMul", "product", [x, w]);
        GraphTensor biased = _g.Node(sum, "biased", [product, b]);
        _g.Node("Relu", "relu", [biased]);
        Tensor input = Numbers(random, [5, 70]);

        Tensor whole = _g.Run("relu:0", ("x:0", input));
        Tensor part = _g.Run("biased:0", ("product:0", _g.Run("product:0", ("x:0", input))));

        Assert.Equal(part.Span<float>().ToArray().Select(value => MathF.Max(value, 0)), whole.Span<float>().ToArray());
    }

    [Fact]
    public void Fetching_inside_of_a_fusion_gives_the_inner_value()
    {
        GraphTensor x = _g.Placeholder("x", [1, 1]), b = _g.Const("b", Tensor.From<float>([-5], [1]));
        GraphTensor product = _g.Node("MatMul", "product", [x, _g.Const("w", Tensor.From<float>([2], [1, 1]))]);
        GraphTensor biased = _g.Node("BiasAdd", "biased", [product, b]);
        _g.Node("Relu", "relu", [biased]);
        Tensor[] fetched = new Tensor[3];

        _g.Session.Prepare(new RunSignature(["x:0"], ["product:0", "biased:0", "relu:0"], []))
            .Run([Tensor.From<float>([1], [1, 1])], fetched, TestContext.Current.CancellationToken);

        Assert.Equal([2f, -3f, 0f], fetched.Select(tensor => tensor.ToScalar<float>()));
    }

    [Fact]
    public void A_value_that_only_a_gate_waits_for_is_not_computed()
    {
        // It would fail: the shapes do not fit.
        GraphTensor x = _g.Placeholder("x", [2, 2]);
        GraphTensor unread = _g.Node("MatMul", "unread", [x, x]);
        GraphOperation gate = _g.Add("NoOp", "gate", [], [unread.Operation]);
        _g.Add("Identity", "y", [x], [gate]);

        Tensor y = _g.Run("y:0", ("x:0", Tensor.From<float>([1, 2, 3], [1, 3])));

        Assert.Equal([1f, 2f, 3f], y.Span<float>());
    }

    [Fact]
    public void A_constant_part_of_a_graph_that_fails_fails_when_it_is_run()
    {
        GraphTensor zero = _g.Const("zero", Tensor.Scalar(0)), one = _g.Const("one", Tensor.Scalar(1));
        _g.Node("FloorDiv", "bad", [one, zero]);
        IRunPlan plan = _g.Session.Prepare(new RunSignature([], ["bad:0"], []));

        EngineException e = Assert.Throws<EngineException>(() => plan.Run([], new Tensor[1], CancellationToken.None));

        Assert.Equal(("bad", StatusCode.InvalidArgument), (e.Node, e.Code));
    }

    [Fact]
    public void An_input_that_is_read_twice_is_not_overwritten_between()
    {
        GraphTensor x = _g.Placeholder("x", [2]);
        GraphTensor minus = _g.Node("Neg", "minus", [x]);
        _g.Node("AddN", "sum", [minus, x, minus]);

        Assert.Equal([-1f, -2f], _g.Run("sum:0", ("x:0", Tensor.From(1f, 2f))).Span<float>());
    }

    [Fact]
    public void A_folded_constant_belongs_to_the_caller_once_fetched()
    {
        _g.Node("Neg", "y", [_g.Const("x", 3f)]);

        _g.Run("y:0").Span<float>()[0] = 100;

        Assert.Equal(-3f, _g.Run("y:0").ToScalar<float>());
    }

    [Fact]
    public void A_snapshot_of_a_resource_variable_does_not_see_a_later_write()
    {
        GraphTensor handle = Handle("v");
        GraphTensor read = _g.Node("ReadVariableOp", "read", [handle], ("dtype", GraphSketch.Type(DType.Float32)));
        GraphOperation write = _g.Add(
            "AssignAddVariableOp", "write", [handle, _g.Const("one", 1f)], [read.Operation], ("dtype", GraphSketch.Type(DType.Float32)));
        _g.Add("Neg", "late", [read], [write]);
        _g.Session.WriteVariable("v", Tensor.Scalar(5f));

        Assert.Equal(-5f, _g.Run("late:0").ToScalar<float>());
        Assert.Equal(6f, _g.Session.ReadVariable("v")!.ToScalar<float>());
    }

    [Fact]
    public void Runs_may_overlap()
    {
        GraphTensor x = _g.Placeholder("x", [-1]);
        GraphTensor square = _g.Node("Mul", "square", [x, x]);
        _g.Node("AddV2", "y", [square, x]);
        IRunPlan plan = _g.Session.Prepare(new RunSignature(["x:0"], ["y:0"], []));

        Parallel.For(0, 200, i =>
        {
            float[] values = [.. Enumerable.Repeat((float)i, 1 + i * 37)];
            Tensor[] fetched = new Tensor[1];
            plan.Run([Tensor.From<float>(values)], fetched, CancellationToken.None);
            Assert.All(fetched[0].Span<float>().ToArray(), y => Assert.Equal((float)i * i + i, y));
        });
    }

    [Fact]
    public void A_disposed_session_refuses_to_run()
    {
        _g.Const("x", 1f);
        IRunPlan plan = _g.Session.Prepare(new RunSignature([], ["x:0"], []));

        _g.Session.Dispose();

        Assert.Throws<ObjectDisposedException>(() => plan.Run([], new Tensor[1], CancellationToken.None));
        Assert.Throws<ObjectDisposedException>(() => _g.Session.Prepare(new RunSignature([], ["x:0"], [])));
    }

    [Fact]
    public void A_shape_beyond_all_memory_is_an_error()
    {
        GraphTensor sizes = _g.Placeholder("sizes", [2], DType.Int64);
        _g.Node("Fill", "y", [sizes, _g.Const("one", 1f)], ("index_type", GraphSketch.Type(DType.Int64)));

        EngineException many = Assert.Throws<EngineException>(() => _g.Run("y:0", ("sizes:0", Tensor.From(1L << 40, 1L << 40))));
        EngineException large = Assert.Throws<EngineException>(() => _g.Run("y:0", ("sizes:0", Tensor.From(1L << 30, 1L << 12))));

        Assert.Equal((StatusCode.InvalidArgument, StatusCode.ResourceExhausted), (many.Code, large.Code));
        Assert.Equal("y", many.Node);
    }

    [Fact]
    public void A_failed_run_leaves_the_plan_usable()
    {
        GraphTensor x = _g.Placeholder("x", Shape.Unknown), y = _g.Placeholder("y", Shape.Unknown);
        _g.Node("AddV2", "sum", [x, y]);

        Assert.Throws<EngineException>(() => _g.Run("sum:0", ("x:0", Tensor.From(1f, 2f)), ("y:0", Tensor.From(1f, 2f, 3f))));

        Assert.Equal([2f, 4f], _g.Run("sum:0", ("x:0", Tensor.From(1f, 2f)), ("y:0", Tensor.From(1f, 2f))).Span<float>());
    }

    private GraphTensor Handle(string name) => _g.Node(
        "VarHandleOp", name, [], ("dtype", GraphSketch.Type(DType.Float32)), ("shape", GraphSketch.Shape(Shape.Scalar)), ("shared_name", new AttrValue { S = Google.Protobuf.ByteString.CopyFromUtf8(name) }));

    private static Tensor Numbers(Random random, Shape shape)
    {
        Tensor tensor = Tensor.Zeros(DType.Float32, shape);
        foreach (ref float value in tensor.Span<float>())
        {
            value = random.NextSingle() - 0.5f;
        }

        return tensor;
    }
}
