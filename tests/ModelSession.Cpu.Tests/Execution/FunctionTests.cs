using ModelSessions.Protos;

namespace ModelSessions.Tests.Execution;

public sealed class FunctionTests
{
    private static readonly FunctionDef s_addOne = FlowText.Function("AddOne", "x:float", "y:float=sum:z:0", """
        one Const value=f:1
        sum AddV2 x one:output:0
        """);

    private static readonly FunctionDef s_below = FlowText.Function("Below", "i:int32 x:float", "less:bool=less:z:0", """
        ten Const value=i:10
        less Less i ten:output:0
        """);

    private static readonly FunctionDef s_step = FlowText.Function("Step", "i:int32 x:float", "i_out:int32=next:z:0 x_out:float=twice:z:0", """
        one Const value=i:1
        next AddV2 i one:output:0
        twice AddV2 x x
        """);

    [Fact]
    public void A_function_is_called_by_an_op_and_by_its_name()
    {
        using CpuRun run = new(FlowText.Parse("""
            x Placeholder dtype=float
            a PartitionedCall x f=&AddOne Tout=[float]
            b AddOne a
            """, s_addOne));

        Assert.Equal(7f, run.Fetch("b:0", ("x:0", Tensor.Scalar(5f))).ToScalar<float>());
    }

    [Fact]
    public void A_function_calls_functions()
    {
        FunctionDef twice = FlowText.Function("Twice", "x:float", "y:float=second:output:0", """
            first PartitionedCall x f=&AddOne Tin=[float] Tout=[float]
            second PartitionedCall first:output:0 f=&AddOne Tin=[float] Tout=[float]
            """);
        using CpuRun run = new(FlowText.Parse("x Placeholder dtype=float\ny Twice x", s_addOne, twice));

        Assert.Equal(7f, run.Fetch("y:0", ("x:0", Tensor.Scalar(5f))).ToScalar<float>());
    }

    [Fact]
    public void An_open_attribute_has_the_value_that_the_caller_sets()
    {
        FunctionDef twice = FlowText.Function("Twice", "x:T", "y:T=sum:z:0", "sum AddV2 x x T=$T");
        twice.Signature.Attr.Add(new OpDef.Types.AttrDef { Name = "T", Type = "type" });
        using CpuRun run = new(FlowText.Parse("""
            x Placeholder dtype=float
            n Placeholder dtype=int32
            a Twice x T=float
            b Twice n T=int32
            """, twice));

        Assert.Equal(3f, run.Fetch("a:0", ("x:0", Tensor.Scalar(1.5f))).ToScalar<float>());
        Assert.Equal(14, run.Fetch("b:0", ("n:0", Tensor.Scalar(7))).ToScalar<int>());
    }

    [Fact]
    public void A_loop_of_functions_needs_no_more_memory_the_longer_it_runs()
    {
        using CpuRun run = new(FlowText.Parse("""
            i Placeholder dtype=int32
            x Placeholder dtype=float
            loop StatelessWhile i x cond=&Below body=&Step
            """, s_below, s_step));
        IRunPlan plan = run.Session.Prepare(new RunSignature(["i:0", "x:0"], [], ["loop"]));
        Tensor[] few = [Tensor.Scalar(8), Tensor.From<float>(new float[100])], many = [Tensor.Scalar(-2000), Tensor.From<float>(new float[100])];
        plan.Run(few, [], CancellationToken.None);
        plan.Run(many, [], CancellationToken.None);

        long before = GC.GetAllocatedBytesForCurrentThread();
        plan.Run(many, [], CancellationToken.None);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(4f, run.Fetch("loop:1", ("i:0", Tensor.Scalar(8)), ("x:0", Tensor.Scalar(1f))).ToScalar<float>());
    }

    [Fact]
    public void A_function_that_calls_itself_without_end_is_an_error()
    {
        FunctionDef endless = FlowText.Function("Endless", "x:float", "y:float=again:output:0", """
            true Const value=b:true
            again If true:output:0 x then_branch=&Endless else_branch=&Endless Tout=[float]
            """);
        using CpuRun run = new(FlowText.Parse("x Placeholder dtype=float\ny Endless x", endless));

        EngineException e = Assert.Throws<EngineException>(() => run.Fetch("y:0", ("x:0", Tensor.Scalar(5f))));

        Assert.Equal(StatusCode.ResourceExhausted, e.Code);
        Assert.Contains("Endless", e.Message);
    }

    [Fact]
    public void A_function_that_always_calls_itself_is_refused_at_import()
    {
        FunctionDef endless = FlowText.Function("Endless", "x:float", "y:float=again:output:0", "again PartitionedCall x f=&Endless Tout=[float]");

        GraphException e = Assert.Throws<GraphException>(() => FlowText.Parse("x Placeholder dtype=float\ny Endless x", endless));

        Assert.Contains("'Endless' calls itself", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_calls_itself_and_ends_runs()
    {
        // Triangle(n) = n > 0 ? n + Triangle(n - 1) : 0
        FunctionDef zero = FlowText.Function("Zero", "n:int32", "y:int32=zero:output:0", "zero Const value=i:0");
        FunctionDef more = FlowText.Function("More", "n:int32", "y:int32=sum:z:0", """
            one Const value=i:1
            less Sub n one:output:0
            rest Triangle less:z:0
            sum AddV2 n rest:y:0
            """);
        FunctionDef triangle = FlowText.Function("Triangle", "n:int32", "y:int32=either:output:0", """
            zero Const value=i:0
            positive Greater n zero:output:0
            either StatelessIf positive:z:0 n then_branch=&More else_branch=&Zero Tin=[int32] Tout=[int32] Tcond=bool
            """);
        using CpuRun run = new(FlowText.Parse("n Placeholder dtype=int32\ny Triangle n", zero, more, triangle));

        Assert.Equal(5050, run.Fetch("y:0", ("n:0", Tensor.Scalar(100))).ToScalar<int>());
    }

    [Fact]
    public void Ops_without_kernels_inside_of_functions_are_listed()
    {
        FunctionDef inner = FlowText.Function("Inner", "x:float", "y:float=b:output:0", "b XlaSharding x");
        FunctionDef outer = FlowText.Function("Outer", "x:float", "y:float=c:output:0", "c PartitionedCall x f=&Inner Tin=[float] Tout=[float]");
        using CpuRun run = new(FlowText.Parse("x Placeholder dtype=float\ny Outer x", inner, outer));

        UnsupportedFeatureException e = Assert.Throws<UnsupportedFeatureException>(() => run.Fetch("y:0", ("x:0", Tensor.Scalar(5f))));

        Assert.Equal(["XlaSharding"], e.Features);
    }

    [Fact]
    public void A_function_that_is_not_there_is_named()
    {
        using CpuRun run = new(FlowText.Parse("x Placeholder dtype=float\ny PartitionedCall x f=&AddTwo Tout=[float]", s_addOne));

        GraphException e = Assert.Throws<GraphException>(() => run.Fetch("y:0", ("x:0", Tensor.Scalar(5f))));

        Assert.Equal(StatusCode.InvalidArgument, e.Code);
        Assert.Contains("AddTwo", e.Message);
        Assert.Contains("AddOne", e.Message);
    }

    [Fact]
    public void Random_nodes_of_one_name_in_two_functions_have_streams_of_their_own()
    {
        static FunctionDef Random(string name, string seed) => FlowText.Function(name, "n:int32", "y:float=r:output:0", $"r RandomUniform n dtype=float seed={seed}");
        using CpuRun run = new(FlowText.Parse("""
            n Placeholder dtype=int32
            a StatefulPartitionedCall n f=&A Tout=[float]
            b StatefulPartitionedCall n f=&B Tout=[float]
            """, Random("A", "1"), Random("B", "2")));
        (string, Tensor) n = ("n:0", Tensor.From(4));

        EngineState before = run.Session.CaptureState();
        float[] a = run.Fetch("a:0", n).Span<float>().ToArray(), b = run.Fetch("b:0", n).Span<float>().ToArray(), next = run.Fetch("a:0", n).Span<float>().ToArray();
        run.Session.RestoreState(before);

        Assert.NotEqual(a, b);
        Assert.NotEqual(a, next);
        Assert.Equal(a, run.Fetch("a:0", n).Span<float>());
    }

    [Fact]
    public void An_endless_loop_of_functions_can_be_cancelled()
    {
        FunctionDef always = FlowText.Function("Always", "i:int32 x:float", "less:bool=yes:output:0", "yes Const value=b:true");
        using CpuRun run = new(FlowText.Parse("i Const value=i:0\nx Const value=f:0\nloop StatelessWhile i x cond=&Always body=&Step", always, s_step));
        IRunPlan plan = run.Session.Prepare(new RunSignature([], [], ["loop"]));
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(50));

        Assert.Throws<OperationCanceledException>(() => plan.Run([], [], soon.Token));
    }

    [Fact]
    public void A_body_that_does_nothing_can_be_cancelled()
    {
        FunctionDef always = FlowText.Function("Always", "b:bool", "less:bool=b", "");
        FunctionDef nothing = FlowText.Function("Nothing", "b:bool", "b_out:bool=b", "");
        using CpuRun run = new(FlowText.Parse("b Const value=b:true\nloop StatelessWhile b cond=&Always body=&Nothing", always, nothing));
        IRunPlan plan = run.Session.Prepare(new RunSignature([], [], ["loop"]));
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(50));

        Assert.Throws<OperationCanceledException>(() => plan.Run([], [], soon.Token));
    }
}
