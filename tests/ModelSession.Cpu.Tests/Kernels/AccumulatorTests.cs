namespace ModelSessions.Tests.Kernels;

/// <summary>Accumulators of gradients. Values and codes are TensorFlow's.</summary>
public sealed class AccumulatorTests
{
    private static string Dense(string attributes) => $"""
        a ConditionalAccumulator dtype=float {attributes}
        step Placeholder dtype=int64
        g Placeholder dtype=float
        d Placeholder dtype=double
        n Placeholder dtype=int32
        apply AccumulatorApplyGradient a step g
        take AccumulatorTakeGradient a n dtype=float
        count AccumulatorNumAccumulated a
        set AccumulatorSetGlobalStep a step
        """;

    private static string Sparse(string attributes, bool known) => $"""
        a SparseConditionalAccumulator dtype=float {attributes}
        step Placeholder dtype=int64
        i Placeholder dtype=int64
        g Placeholder dtype=float
        s Placeholder dtype=int64
        n Placeholder dtype=int32
        apply SparseAccumulatorApplyGradient a step i g s has_known_shape={(known ? "true" : "false")}
        take SparseAccumulatorTakeGradient a n dtype=float
        """;

    private static (string, Tensor) Step(long step) => ("step:0", Tensor.Scalar(step));

    private static (string, Tensor) G(params float[] values) => ("g:0", Tensor.From<float>(values));

    private static (string, Tensor) N(int required) => ("n:0", Tensor.Scalar(required));

    private static StatusCode Code(Action act) => Assert.Throws<EngineException>(act).Code;

    [Fact]
    public void The_mean_is_taken_and_gradients_of_before_are_dropped()
    {
        using CpuRun run = new(Dense("shape=vector2"));
        run.Target("apply", Step(0), G(1, 2));
        run.Target("apply", Step(0), G(3, 6));
        run.Target("apply", Step(5), G(1, 1));

        Assert.Equal([5f / 3, 3f], run.Fetch("take:0", N(2)).Span<float>());
        run.Target("apply", Step(0), G(9, 9));
        Assert.Equal(0, run.Fetch("count:0").ToScalar<int>());
        run.Target("set", Step(3));
        run.Target("apply", Step(2), G(9, 9));
        run.Target("apply", Step(3), G(4, 5));
        Assert.Equal([4f, 5f], run.Fetch("take:0", N(1)).Span<float>());
    }

    [Fact]
    public void The_sum_is_taken_where_that_is_asked_for()
    {
        using CpuRun run = new(Dense("shape=vector2 reduction_type=SUM"));
        run.Target("apply", Step(0), G(1, 2));
        run.Target("apply", Step(0), G(3, 6));

        Assert.Equal([4f, 8f], run.Fetch("take:0", N(2)).Span<float>());
    }

    [Fact]
    public async Task Who_takes_waits_for_enough()
    {
        using CpuRun run = new(Dense("shape=vector2"));
        Task<Tensor> taken = CpuRun.Apart(() => run.Fetch("take:0", N(2)));

        run.Target("apply", Step(0), G(1, 2));
        run.Target("apply", Step(0), G(3, 4));

        Assert.Equal([2f, 3f], (await taken).ToArray().Cast<float>());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using CpuRun run = new(Dense("shape=vector2"));

        Assert.Equal(StatusCode.InvalidArgument, Code(() => run.Target("apply", Step(0), G(1, 2, 3))));
        Assert.Equal(StatusCode.InvalidArgument, Code(() => run.Fetch("take:0", N(0))));
        Assert.Equal(0, run.Fetch("count:0").ToScalar<int>());
    }

    private static (string, Tensor)[] Slices(long[] indices, float[] values, long[] shape) =>
    [
        Step(0), ("i:0", Tensor.From<long>(indices)), ("g:0", Tensor.From<float>(values, [indices.Length, values.Length / Math.Max(1, indices.Length)])), ("s:0", Tensor.From<long>(shape)),
    ];

    [Theory]
    [InlineData("", new long[] { 0, 2 }, new long[] { 2, 3 }, new long[] { 0, 2, 3 }, new float[] { 1, 2, 2, 2.5f, 1, 1 })]
    [InlineData("reduction_type=SUM", new long[] { 0, 2 }, new long[] { 2, 3 }, new long[] { 0, 2, 3 }, new float[] { 1, 2, 4, 5, 1, 1 })]
    [InlineData("", new long[] { 2, 0 }, new long[] { 1, 2 }, new long[] { 1, 2, 0 }, new float[] { 1, 1, 1, 1.5f, 3, 4 })]
    [InlineData("", new long[] { 2, 2 }, new long[] { 2, 9 }, new long[] { 2, 2, 9 }, new float[] { 1, 1.5f, 3, 4, 1, 1 })]
    public void Slices_are_merged_and_each_row_has_its_own_mean(string attributes, long[] first, long[] second, long[] indices, float[] values)
    {
        using CpuRun run = new(Sparse("shape=matrix2 " + attributes, known: false));
        run.Target("apply", Slices(first, [1, 2, 3, 4], []));
        run.Target("apply", Slices(second, [1, 1, 1, 1], []));
        IRunPlan plan = run.Session.Prepare(new RunSignature(["n:0"], ["take:0", "take:1", "take:2"], []));
        Tensor[] taken = new Tensor[3];

        plan.Run([Tensor.Scalar(2)], taken, TestContext.Current.CancellationToken);

        Assert.Equal(indices, taken[0].Span<long>());
        Assert.Equal(values, taken[1].Span<float>());
        Assert.Equal([-1, 2], taken[2].Span<long>());
    }

    [Fact]
    public void Slices_that_do_not_fit_are_refused()
    {
        using CpuRun known = new(Sparse("shape=matrix2", known: true)), unknown = new(Sparse("shape=matrix2", known: false));

        Assert.Equal(StatusCode.InvalidArgument, Code(() => known.Target("apply", Slices([0], [1, 2], [5, 3]))));
        Assert.Equal(StatusCode.InvalidArgument, Code(() => unknown.Target("apply", Slices([0], [1, 2, 3], []))));
        Assert.Equal(StatusCode.InvalidArgument, Code(() => unknown.Target(
            "apply", Step(0), ("i:0", Tensor.From(0L, 1L)), ("g:0", Tensor.From<float>([1, 2], [1, 2])), ("s:0", Tensor.From<long>()))));
    }
}
