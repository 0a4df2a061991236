using ModelSessions.Protos;

namespace ModelSessions.Tests.Execution;

/// <summary>A run that is cancelled says whether it may have changed something.</summary>
public sealed class CancelledRunTests
{
    private static readonly FunctionDef[] s_functions =
    [
        FlowText.Function("Always", "x:float", "yes:bool=true:output:0", "true Const value=b:true"),
        FlowText.Function("Step", "x:float", "y:float=neg:y:0", "neg Neg x"),
    ];

    [Fact]
    public void Before_anything_was_changed_a_run_says_so()
    {
        using CpuRun run = new("x Placeholder dtype=float\ny Neg x\nz Neg y");
        Assert.Throws<WaitCancelledException>(() => run.Session.Prepare(new RunSignature(["x:0"], ["z:0"], []))
            .Run([Tensor.Scalar(1f)], new Tensor[1], new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData("set Assign v one")]
    [InlineData("set AssignVariableOp v one")]
    public void After_a_variable_was_set_it_does_not(string set)
    {
        string variable = set.Contains("VariableOp", StringComparison.Ordinal) ? "v VarHandleOp shape=scalar dtype=float" : "v VariableV2 shape=scalar dtype=float";
        using CpuRun run = new(FlowText.Parse($"{variable}\none Const value=f:1\n{set}\nx Const value=f:0\nloop StatelessWhile x ^set cond=&Always body=&Step\nlast Neg loop", s_functions));
        IRunPlan plan = run.Session.Prepare(new RunSignature([], ["last:0"], []));
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(200));

        Assert.Throws<OperationCanceledException>(() => plan.Run([], new Tensor[1], soon.Token));
    }
}
