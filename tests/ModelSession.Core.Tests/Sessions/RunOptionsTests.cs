namespace ModelSessions.Tests.Sessions;

public sealed class RunOptionsTests
{
    [Fact]
    public void A_run_that_takes_longer_than_its_limit_is_an_error_that_tells_the_limit()
    {
        EngineException e = Assert.Throws<EngineException>(() => TimeLimit.Run(
            TimeSpan.FromMilliseconds(20),
            cancel =>
            {
                cancel.WaitHandle.WaitOne();
                cancel.ThrowIfCancellationRequested();
            },
            TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.DeadlineExceeded, e.Code);
        Assert.Contains("0.02 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_caller_that_cancels_gets_no_error_of_the_limit()
    {
        using CancellationTokenSource caller = new();
        Assert.ThrowsAny<OperationCanceledException>(() => TimeLimit.Run(
            TimeSpan.FromHours(1),
            cancel =>
            {
                caller.Cancel();
                cancel.ThrowIfCancellationRequested();
            },
            caller.Token));
    }

    [Fact]
    public void A_session_runs_with_a_trace_and_a_limit_that_is_long_enough()
    {
        using ModelSession session = ModelSession.Create(
            new ValuesModel(("w", Tensor.From(1f, 2f), false)), new SessionOptions { Engines = [new CpuEngine()] });
        RunTrace trace = new();

        Tensor[] values = session.Run(["w/read:0"], options: new RunOptions { TimeLimit = TimeSpan.FromMinutes(1), Trace = trace }, cancel: TestContext.Current.CancellationToken);

        Assert.Equal([1f, 2f], values[0].Span<float>().ToArray());
        Assert.Contains(trace.Nodes, node => node is { Name: "w/read", Bytes: 8 });
    }
}
