namespace ModelSessions.Tests.Execution;

/// <summary>What runs take stays under a limit.</summary>
public sealed class MemoryLimitTests
{
    private const string Large = """
        n Placeholder dtype=int64
        one Const value=f:1
        x Fill n one
        two Const value=f:2
        y Mul x two
        zero Const value=i:0
        sum Sum y zero
        """;

    [Fact]
    public void A_run_that_needs_more_fails_at_its_node_and_the_session_goes_on()
    {
        using IEngineSession session = new CpuEngine().Open(FlowText.Parse(Large), new EngineOptions(2) { MemoryLimit = 1 << 20 });

        EngineException e = Assert.Throws<EngineException>(() => Sum(session, 1_000_000));

        Assert.Equal((StatusCode.ResourceExhausted, "x"), (e.Code, e.Node));
        Assert.Contains("1,048,576", e.Message, StringComparison.Ordinal);
        Assert.Equal(200_000f, Sum(session, 100_000));
    }

    [Fact]
    public void Memory_that_lies_idle_after_a_run_makes_room_for_another_size()
    {
        using IEngineSession session = new CpuEngine().Open(FlowText.Parse(Large), new EngineOptions(2) { MemoryLimit = 1 << 20 });
        foreach (int n in (int[])[200_000, 90_000, 150_000, 60_000, 210_000, 1000])
        {
            Assert.Equal(2f * n, Sum(session, n));
        }
    }

    [Fact]
    public void Without_a_limit_what_the_machine_does_not_have_is_refused_before_it_is_touched()
    {
        using IEngineSession session = new CpuEngine().Open(FlowText.Parse(Large), new EngineOptions(2));
        long rows = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (sizeof(float) << 20) + 1;

        EngineException e = Assert.Throws<EngineException>(() => Sum(session, rows, 1 << 20));

        Assert.Equal(StatusCode.ResourceExhausted, e.Code);
    }

    private static float Sum(IEngineSession session, params ReadOnlySpan<long> sizes)
    {
        Tensor[] fetches = new Tensor[1];
        session.Prepare(new RunSignature(["n:0"], ["sum:0"], [])).Run([Tensor.From(sizes)], fetches, TestContext.Current.CancellationToken);
        return fetches[0].ToScalar<float>();
    }
}
