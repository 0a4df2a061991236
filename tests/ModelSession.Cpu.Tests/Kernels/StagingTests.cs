namespace ModelSessions.Tests.Kernels;

/// <summary>What runs stage for each other, and what a session or a run keeps. Values and codes are TensorFlow's.</summary>
public sealed class StagingTests
{
    private static StatusCode Code(Action act) => Assert.Throws<EngineException>(act).Code;

    private static (string, Tensor) X(int value) => ("x:0", Tensor.Scalar(value));

    [Fact]
    public async Task Elements_are_staged_in_their_order_as_far_as_there_is_room()
    {
        using CpuRun run = new("""
            x Placeholder dtype=int32
            stage Stage x shared_name=s capacity=2
            take Unstage dtypes=[int32] shared_name=s capacity=2
            two Unstage dtypes=[int32,int32] shared_name=s capacity=2
            one Const value=i:1
            peek StagePeek one dtypes=[int32] shared_name=s capacity=2
            size StageSize dtypes=[int32] shared_name=s capacity=2
            clear StageClear dtypes=[int32] shared_name=s capacity=2
            large Stage x shared_name=t memory_limit=3
            """);
        run.Target("stage", X(1));
        run.Target("stage", X(2));
        Task third = run.Start("stage", TestContext.Current.CancellationToken, X(3));

        Assert.Equal(2, run.Fetch("peek:0").ToScalar<int>());
        Assert.Equal(1, run.Fetch("take:0").ToScalar<int>());
        await third;
        Assert.Equal(2, run.Fetch("size:0").ToScalar<int>());
        Assert.Equal(StatusCode.InvalidArgument, Code(() => run.Fetch("two:0")));
        run.Target("clear");
        Assert.Equal(0, run.Fetch("size:0").ToScalar<int>());
        Assert.Equal(StatusCode.ResourceExhausted, Code(() => run.Target("large", X(1))));
    }

    [Theory]
    [InlineData("Map")]
    [InlineData("OrderedMap")]
    public void Elements_under_keys_are_there_once_all_their_parts_are(string kind)
    {
        const string common = "dtypes=[int32,float] shared_name=m";
        using CpuRun run = new($"""
            k Placeholder dtype=int64
            i Placeholder dtype=int32
            x Placeholder dtype=int32
            y Placeholder dtype=float
            first {kind}Stage k i x {common}
            second {kind}Stage k i y {common}
            both {kind}Stage k i x y {common}
            all {kind}Unstage k i {common}
            some {kind}Unstage k i dtypes=[float] shared_name=m
            any {kind}UnstageNoKey i {common}
            size {kind}Size {common}
            open {kind}IncompleteSize {common}
            """);
        (string, Tensor) y = ("y:0", Tensor.Scalar(2.5f));
        static (string, Tensor) K(long key) => ("k:0", Tensor.Scalar(key));
        static (string, Tensor) I(params int[] indices) => ("i:0", Tensor.From<int>(indices));
        (int, int) Sizes() => (run.Fetch("size:0").ToScalar<int>(), run.Fetch("open:0").ToScalar<int>());

        run.Target("first", K(1), I(0), X(2));
        Assert.Equal((0, 1), Sizes());
        Assert.Equal(StatusCode.InvalidArgument, Code(() => run.Target("first", K(1), I(0), X(2))));
        run.Target("second", K(1), I(1), y);
        Assert.Equal((1, 0), Sizes());
        Assert.Equal(2.5f, run.Fetch("some:0", K(1), I(1)).ToScalar<float>());
        Assert.Equal(StatusCode.InvalidArgument, Code(() => run.Fetch("some:0", K(1), I(1))));
        Assert.Equal((1, 0), Sizes());
        run.Target("both", K(0), I(0, 1), X(7), y);
        Assert.Equal(0L, run.Fetch("any:0", I(0, 1)).ToScalar<long>());
        Assert.Equal(StatusCode.InvalidArgument, Code(() => run.Target("both", K(8), I(1, 0), X(7), y)));
        Assert.Equal(StatusCode.InvalidArgument, Code(() => run.Target("both", K(8), I(0, 2), X(7), y)));
    }

    [Fact]
    public void A_session_keeps_a_tensor_until_it_is_deleted()
    {
        using CpuRun run = new("""
            x Placeholder dtype=int32
            keep GetSessionHandle x
            h Placeholder dtype=string
            get GetSessionTensor h dtype=int32
            wrong GetSessionTensor h dtype=float
            delete DeleteSessionTensor h
            """);
        (string, Tensor) handle = ("h:0", run.Fetch("keep:0", X(5)));

        Assert.Equal(5, run.Fetch("get:0", handle).ToScalar<int>());
        Assert.Equal(StatusCode.InvalidArgument, Code(() => run.Fetch("wrong:0", handle)));
        run.Target("delete", handle);
        Assert.Equal((StatusCode.InvalidArgument, StatusCode.InvalidArgument), (Code(() => run.Fetch("get:0", handle)), Code(() => run.Target("delete", handle))));
    }

    [Fact]
    public void A_temporary_variable_lives_for_a_part_of_a_run()
    {
        using CpuRun run = new("""
            t TemporaryVariable shape=vector2 dtype=float var_name=t
            v Placeholder dtype=float
            set Assign t v
            add AssignAdd set v
            last DestroyTemporaryVariable add var_name=t
            wrong DestroyTemporaryVariable set var_name=u
            """);
        (string, Tensor) v = ("v:0", Tensor.From(1f, 2f));

        Assert.Equal([2f, 4f], run.Fetch("last:0", v).Span<float>());
        Assert.Equal([2f, 4f], run.Fetch("last:0", v).Span<float>());
        Assert.Equal(StatusCode.NotFound, Code(() => run.Fetch("wrong:0", v)));
    }

    [Theory]
    [InlineData("v VariableV2 shape=scalar dtype=int32\nset Assign v one\ncount CountUpTo v limit=3")]
    [InlineData("v VarHandleOp shape=scalar dtype=int32\nset AssignVariableOp v one\ncount ResourceCountUpTo v limit=3 T=int32")]
    public void A_variable_counts_up_to_its_limit(string nodes)
    {
        using CpuRun run = new("one Const value=i:1\n" + nodes);

        Assert.NotEqual(StatusCode.Ok, Code(() => run.Fetch("count:0")));
        run.Target("set");
        Assert.Equal([1, 2], [run.Fetch("count:0").ToScalar<int>(), run.Fetch("count:0").ToScalar<int>()]);
        Assert.Equal(StatusCode.OutOfRange, Code(() => run.Fetch("count:0")));
    }
}
