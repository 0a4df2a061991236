namespace ModelSessions.Tests.Execution;

/// <summary>A trace tells what ran.</summary>
public sealed class TraceTests
{
    [Fact]
    public void Each_node_is_told_in_order_with_its_time_and_the_size_of_its_outputs()
    {
        RunTrace trace = Trace("x Placeholder dtype=float\ntwice Add x x\nonly Neg twice\ny Mul twice only", "y:0", ("x:0", Tensor.From(1f, 2f, 3f)));

        Assert.Equal(["twice", "only", "y"], trace.Nodes.Select(node => node.Name));
        Assert.Equal(["Add", "Neg", "Mul"], trace.Nodes.Select(node => node.Type));
        Assert.All(trace.Nodes, node => Assert.Equal(12, node.Bytes));
        Assert.All(trace.Nodes.Zip(trace.Nodes.Skip(1)), pair => Assert.True(pair.First.Start + pair.First.Duration <= pair.Second.Start));
    }

    [Fact]
    public void Nodes_of_loops_are_told_as_often_as_they_run()
    {
        RunTrace trace = Trace(
            """
            start Const value=i:0
            enter Enter start frame_name=loop
            merge Merge enter next
            three Const value=i:3 ^merge
            less Less merge three
            cond LoopCond less
            switch Switch merge cond
            one Const value=i:1 ^switch
            add Add switch:1 one
            next NextIteration add
            exit Exit switch
            """,
            "exit:0");

        Assert.Equal(3, trace.Nodes.Count(node => node.Name == "add"));
        Assert.Equal(4, trace.Nodes.Count(node => node.Name == "less"));
    }

    [Fact]
    public void Nodes_of_functions_are_told_before_their_caller()
    {
        RunTrace trace = Trace(
            FlowText.Parse(
                "x Placeholder dtype=float\ny PartitionedCall x f=&Double Tout=[float]",
                FlowText.Function("Double", "a:float", "b:float=sum:z:0", "sum Add a a")),
            "y:0",
            ("x:0", Tensor.From(1f)));

        Assert.Equal(["sum", "y"], trace.Nodes.Select(node => node.Name));
        Assert.True(trace.Nodes[0].Duration <= trace.Nodes[1].Duration);
    }

    private static RunTrace Trace(string text, string fetch, params (string Name, Tensor Value)[] feeds) => Trace(FlowText.Parse(text), fetch, feeds);

    private static RunTrace Trace(Graph graph, string fetch, params (string Name, Tensor Value)[] feeds)
    {
        RunTrace trace = new();
        using IEngineSession session = new CpuEngine().Open(graph, new EngineOptions(2));
        session.Prepare(new RunSignature([.. feeds.Select(feed => feed.Name)], [fetch], []))
            .Run([.. feeds.Select(feed => feed.Value)], new Tensor[1], TestContext.Current.CancellationToken, trace);
        return trace;
    }
}
