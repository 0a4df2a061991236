namespace ModelSessions.Tests.Execution;

public sealed class RunTests : IDisposable
{
    private readonly GraphSketch _g = new();

    public void Dispose() => _g.Dispose();

    [Fact]
    public void Feeds_flow_to_fetches()
    {
        GraphTensor x = _g.Placeholder("x", [-1, 2]);
        GraphTensor one = _g.Const("one", 1f);
        _g.Node("AddV2", "sum", [x, one]);

        Tensor sum = _g.Run("sum:0", ("x:0", Tensor.From<float>([1, 2, 3, 4], [2, 2])));

        Assert.Equal([2f, 3f, 4f, 5f], sum.Span<float>());
        Assert.Equal<Shape>([2, 2], sum.Shape);
    }

    [Fact]
    public void A_feed_is_never_written_to()
    {
        GraphTensor x = _g.Placeholder("x", [2]);
        _g.Node("AddV2", "sum", [x, x]);
        Tensor feed = Tensor.From(1f, 2f);

        _g.Run("sum:0", ("x:0", feed));

        Assert.Equal([1f, 2f], feed.Span<float>());
    }

    [Fact]
    public void An_assigned_variable_keeps_its_value_between_runs()
    {
        GraphTensor v = _g.Variable("v", []);
        _g.Node("Assign", "init", [v, _g.Const("two", 2f)]);
        _g.Node("AssignAdd", "increment", [v, _g.Const("one", 1f)]);

        _g.RunTargets("init");
        _g.RunTargets("increment");

        Assert.Equal(3f, _g.Run("v:0").ToScalar<float>());
        Assert.Equal(3f, _g.Session.ReadVariable("v")!.ToScalar<float>());
    }

    [Theory]
    [InlineData("v VariableV2 shape=vector2 dtype=float\nset Assign v x\nadd AssignAdd v one\nread Identity v")]
    [InlineData("v VarHandleOp shape=vector2 dtype=float\nset AssignVariableOp v x\nadd AssignAddVariableOp v one\nread ReadVariableOp v dtype=float")]
    public async Task Runs_of_one_session_overlap_and_no_update_is_lost(string nodes)
    {
        const int threads = 4, rounds = 200;
        using CpuRun run = new("x Placeholder dtype=float\none Placeholder dtype=float\n" + nodes + "\nsquare Mul read read\nsum Add square one");
        (string, Tensor) ones = ("one:0", Tensor.From(1f, 1f));
        run.Target("set", ("x:0", Tensor.From(0f, 0f)));

        bool[] whole = await Task.WhenAll(Enumerable.Range(0, threads).Select(_ => CpuRun.Apart(() =>
        {
            for (int i = 0; i < rounds; i++)
            {
                run.Target("add", ones);
                if (run.Fetch("sum:0", ones).Span<float>() is not [>= 2, >= 2])
                {
                    return false;
                }
            }

            return true;
        })));

        Assert.All(whole, Assert.True);
        Assert.Equal([(float)threads * rounds, (float)threads * rounds], run.Fetch("read:0").Span<float>());
    }

    [Fact]
    public void A_fetched_variable_does_not_change_with_later_runs()
    {
        GraphTensor v = _g.Variable("v", []);
        _g.Node("AssignAdd", "increment", [v, _g.Const("one", 1f)]);
        _g.Session.WriteVariable("v", Tensor.Scalar(5f));
        Tensor before = _g.Run("v:0");

        _g.RunTargets("increment");

        Assert.Equal(5f, before.ToScalar<float>());
    }

    [Fact]
    public void A_read_of_a_ref_variable_sees_an_update_that_runs_before_its_consumer()
    {
        GraphTensor v = _g.Variable("v", []);
        GraphTensor read = _g.Node("Identity", "read", [v]);
        GraphOperation update = _g.Add("AssignAdd", "update", [v, _g.Const("one", 1f)], [read.Operation]);
        _g.Add("Neg", "late", [read], [update]);
        _g.Session.WriteVariable("v", Tensor.Scalar(5f));

        Assert.Equal(-6f, _g.Run("late:0").ToScalar<float>());
    }

    [Fact]
    public void An_uninitialized_variable_is_named()
    {
        GraphTensor v = _g.Variable("layer/weights", [2]);
        _g.Node("Neg", "use", [v]);

        EngineException e = Assert.Throws<EngineException>(() => _g.Run("use:0"));

        Assert.Equal(StatusCode.FailedPrecondition, e.Code);
        Assert.Contains("layer/weights", e.Message);
        Assert.Equal("use", e.Node);
    }

    [Fact]
    public void A_placeholder_that_is_not_fed_is_named()
    {
        _g.Placeholder("x", [2]);

        EngineException e = Assert.Throws<EngineException>(() => _g.Run("x:0"));

        Assert.Equal(StatusCode.InvalidArgument, e.Code);
        Assert.Contains("'x'", e.Message);
    }

    [Fact]
    public void A_feed_of_another_type_is_refused()
    {
        GraphTensor x = _g.Placeholder("x", [-1, 2]);
        _g.Node("Neg", "y", [x]);

        EngineException type = Assert.Throws<EngineException>(() => _g.Run("y:0", ("x:0", Tensor.From<int>([1, 2], [1, 2]))));

        Assert.Equal(StatusCode.InvalidArgument, type.Code);
    }

    [Fact]
    public void All_ops_without_kernels_are_listed()
    {
        // Ops of devices that this engine will never have.
        GraphTensor x = _g.Const("x", 1f);
        _g.Node("CollectivePermute", "a", [x, _g.Const("pairs", Tensor.From<int>([0, 0], [1, 2]))]);
        _g.Node("CrossReplicaSum", "b", [_g.Graph.Tensor("a:0"), _g.Const("groups", Tensor.From<int>([0], [1, 1]))]);

        UnsupportedFeatureException e = Assert.Throws<UnsupportedFeatureException>(() => _g.Run("b:0"));

        Assert.Equal(["CollectivePermute", "CrossReplicaSum"], e.Features);
        Assert.Equal(["CollectivePermute", "CrossReplicaSum"], new CpuEngine().Unsupported(_g.Graph, ["b"]));
    }

    [Fact]
    public void A_cancelled_run_stops_between_nodes()
    {
        _g.Variable("v", []);
        IRunPlan plan = _g.Session.Prepare(new RunSignature([], [], ["v"]));

        Assert.ThrowsAny<OperationCanceledException>(() => plan.Run([], [], new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_signature_is_prepared_once()
    {
        _g.Const("x", 1f);

        Assert.Same(_g.Session.Prepare(new RunSignature([], ["x:0"], [])), _g.Session.Prepare(new RunSignature([], ["x:0"], [])));
    }

    [Fact]
    public void A_run_after_the_first_allocates_nothing()
    {
        GraphTensor v = _g.Variable("v", [64, 32]);
        GraphTensor x = _g.Placeholder("x", [-1, 32]);
        GraphTensor read = _g.Node("Identity", "read", [v]);
        GraphTensor sum = _g.Node("AddV2", "sum", [read, x]);
        GraphTensor product = _g.Node("Mul", "product", [sum, sum]);
        _g.Node("AssignAdd", "update", [v, product]);
        _g.Session.WriteVariable("v", Tensor.Zeros(DType.Float32, [64, 32]));
        IRunPlan plan = _g.Session.Prepare(new RunSignature(["x:0"], [], ["update"]));
        Tensor[] feeds = [Tensor.From<float>(new float[32], [1, 32])];
        for (int i = 0; i < 3; i++)
        {
            plan.Run(feeds, [], CancellationToken.None);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        plan.Run(feeds, [], CancellationToken.None);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
