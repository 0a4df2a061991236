namespace ModelSessions.Tests.Execution;

/// <summary>TF1 control flow. What is expected follows from TensorFlow's rules: a node with a dead input or control input is dead, a Merge
/// is alive if any input is, an iteration follows as long as something comes round.</summary>
public sealed class FlowTests
{
    private const string Count = """
        zero Const value=i:0
        ten Placeholder dtype=int32
        start Const value=f:1
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    public void A_loop_runs_until_its_condition_is_false(int turns)
    {
        using CpuRun run = new(Count + '\n' + FlowText.Doubling("w", "zero", "ten", "start"));

        Assert.Equal(turns, run.Fetch("w/i_out:0", ("ten:0", Tensor.Scalar(turns))).ToScalar<int>());
        Assert.Equal(MathF.Pow(2, turns), run.Fetch("w/x_out:0", ("ten:0", Tensor.Scalar(turns))).ToScalar<float>());
    }

    [Fact]
    public void A_loop_needs_no_more_memory_the_longer_it_runs()
    {
        using CpuRun run = new(Count + '\n' + FlowText.Doubling("w", "zero", "ten", "start"));
        IRunPlan plan = run.Session.Prepare(new RunSignature(["ten:0"], [], ["w/x_out"]));
        Tensor[] few = [Tensor.Scalar(2)], many = [Tensor.Scalar(2000)];
        plan.Run(few, [], CancellationToken.None);
        plan.Run(many, [], CancellationToken.None);

        long before = GC.GetAllocatedBytesForCurrentThread();
        plan.Run(many, [], CancellationToken.None);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void An_endless_loop_can_be_cancelled()
    {
        using CpuRun run = new("""
            start Const value=f:1
            enter Enter start frame_name=f
            merge Merge enter next
            true Const ^merge value=b:true
            cond LoopCond true
            switch Switch merge cond
            out Exit switch
            next NextIteration switch:1
            """);
        IRunPlan plan = run.Session.Prepare(new RunSignature([], [], ["out"]));
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(50));

        Assert.Throws<OperationCanceledException>(() => plan.Run([], [], soon.Token));
    }

    [Fact]
    public void Loops_nest()
    {
        // 3 times: double x twice.
        using CpuRun run = new("""
            zero Const value=i:0
            two Const value=i:2
            three Const value=i:3
            start Const value=f:1
            i Enter zero frame_name=outer
            x Enter start frame_name=outer
            n Enter three frame_name=outer is_constant=true
            m Enter two frame_name=outer is_constant=true
            i_merge Merge i i_next
            x_merge Merge x x_next
            less Less i_merge n
            cond LoopCond less
            i_switch Switch i_merge cond
            x_switch Switch x_merge cond
            i_out Exit i_switch
            x_out Exit x_switch
            body Identity i_switch:1
            one Const ^body value=i:1
            none Const ^body value=i:0
            sum AddV2 body one
            i_next NextIteration sum
            x_next NextIteration inner/x_out

            """ + FlowText.Doubling("inner", "none", "m", "x_switch:1"));

        Assert.Equal(64f, run.Fetch("x_out:0").ToScalar<float>());
    }

    [Theory]
    [InlineData(true, 9f)]
    [InlineData(false, -5f)]
    public void A_loop_in_a_branch_that_is_not_taken_does_not_run(bool taken, float expected)
    {
        using CpuRun run = new("""
            p Placeholder dtype=bool
            five Const value=f:5
            zero Const value=i:0
            one Const value=f:1
            switch Switch five p
            pivot Identity switch:1
            times Const ^pivot value=i:3
            none Const ^pivot value=i:0
            first Const ^pivot value=f:1
            result AddV2 loop/x_out first
            other Neg switch
            merge Merge other result
            
            """ + FlowText.Doubling("loop", "none", "times", "first"));

        Assert.Equal(expected, run.Fetch("merge:0", ("p:0", Tensor.Scalar(taken))).ToScalar<float>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_waits_for_a_dead_node_is_dead_but_for_a_merge_and_a_control_trigger(bool taken)
    {
        using CpuRun run = new("""
            p Placeholder dtype=bool
            x Const value=f:1
            switch Switch x p
            way Identity switch:1
            pivot Identity way
            gate NoOp ^pivot
            trigger ControlTrigger ^pivot
            gated Const ^gate value=f:2
            free Const ^trigger value=f:3
            merge Merge free free ^gate
            """);
        (string Name, Tensor) p = ("p:0", Tensor.Scalar(taken));

        Assert.Equal(3f, run.Fetch("merge:0", p).ToScalar<float>());
        Assert.Equal(3f, run.Fetch("free:0", p).ToScalar<float>());
        if (taken)
        {
            Assert.Equal(2f, run.Fetch("gated:0", p).ToScalar<float>());
        }
        else
        {
            Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<EngineException>(() => run.Fetch("gated:0", p)).Code);
        }
    }

    [Fact]
    public void An_effect_on_the_branch_not_taken_does_not_happen()
    {
        using CpuRun run = new("""
            p Placeholder dtype=bool
            v VariableV2 dtype=float shape=scalar
            one Const value=f:1
            init Assign v one
            switch Switch one p
            pivot Identity switch:1
            ref RefSwitch v p
            add AssignAdd ref:1 switch:1
            late AssignAdd v one ^pivot
            """);
        run.Target("init");

        run.Target("add", ("p:0", Tensor.Scalar(false)));
        run.Target("late", ("p:0", Tensor.Scalar(false)));
        Assert.Equal(1f, run.Fetch("v:0").ToScalar<float>());

        run.Target("add", ("p:0", Tensor.Scalar(true)));
        run.Target("late", ("p:0", Tensor.Scalar(true)));
        Assert.Equal(3f, run.Fetch("v:0").ToScalar<float>());
    }

    [Fact]
    public void A_loop_that_waits_for_another_under_the_same_name_runs_after_it()
    {
        string second = FlowText.Doubling("second", "zero", "ten", "first/x_out").Replace("frame_name=second", "frame_name=first", StringComparison.Ordinal);
        using CpuRun run = new(Count + '\n' + FlowText.Doubling("first", "zero", "ten", "start") + '\n' + second);

        Assert.Equal(64f, run.Fetch("second/x_out:0", ("ten:0", Tensor.Scalar(3))).ToScalar<float>());
    }

    [Fact]
    public void Loops_under_one_name_end_each_in_its_own_time()
    {
        string second = FlowText.Doubling("second", "zero", "five", "start").Replace("frame_name=second", "frame_name=first", StringComparison.Ordinal);
        using CpuRun run = new(Count + "\nfive Const value=i:5\n" + FlowText.Doubling("first", "zero", "ten", "start") + '\n' + second
            + "\nsum AddV2 first/x_out second/x_out");

        Assert.Equal(40f, run.Fetch("sum:0", ("ten:0", Tensor.Scalar(3))).ToScalar<float>());
    }

    [Fact]
    public void Inputs_from_different_frames_are_an_error()
    {
        using CpuRun run = new(Count + '\n' + FlowText.Doubling("w", "zero", "ten", "start") + "\nbad AddV2 w/x w/x_out\nouter Exit bad");

        GraphException e = Assert.Throws<GraphException>(() => run.Fetch("outer:0", ("ten:0", Tensor.Scalar(1))));

        Assert.Equal((StatusCode.InvalidArgument, "bad"), (e.Code, e.Node));
    }

    [Fact]
    public void What_is_inside_of_a_loop_cannot_be_fetched()
    {
        using CpuRun run = new(Count + '\n' + FlowText.Doubling("w", "zero", "ten", "start"));

        GraphException e = Assert.Throws<GraphException>(() => run.Fetch("w/twice:0", ("ten:0", Tensor.Scalar(1))));

        Assert.Equal((StatusCode.InvalidArgument, "w/twice"), (e.Code, e.Node));
    }

    [Fact]
    public void A_node_that_fails_in_a_loop_is_named_and_the_plan_stays_usable()
    {
        using CpuRun run = new(Count + '\n' + FlowText.Doubling("w", "zero", "ten", "start") + "\ncheck CheckNumerics w/x_switch:1 message=x");
        run.Fetch("w/x_out:0", ("ten:0", Tensor.Scalar(3)));

        EngineException e = Assert.Throws<EngineException>(() => run.Fetch("w/x_out:0", ("ten:0", Tensor.Scalar(3)), ("start:0", Tensor.From(1f)), ("w/n:0", Tensor.From(1, 2))));

        Assert.Equal((StatusCode.InvalidArgument, "w/i_switch"), (e.Code, e.Node));
        Assert.Equal(8f, run.Fetch("w/x_out:0", ("ten:0", Tensor.Scalar(3))).ToScalar<float>());
    }

    [Fact]
    public void Abort_is_an_error_and_not_the_end()
    {
        using CpuRun run = new("stop Abort error_msg=enough");

        EngineException e = Assert.Throws<EngineException>(() => run.Target("stop"));

        Assert.Equal(StatusCode.Aborted, e.Code);
        Assert.Contains("enough", e.Message);
    }
}
