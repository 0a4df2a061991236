using System.Diagnostics;

namespace ModelSessions.Tests.Kernels;

/// <summary>Queues. Values, codes and orders are TensorFlow's.</summary>
public sealed class QueueTests
{
    // Long enough for a thread to come to where it waits.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private static string Numbers(string kind = "FIFOQueueV2", string attributes = "capacity=5") => $"""
        q {kind} component_types=[int32] shapes=<> {attributes}
        x Placeholder dtype=int32
        n Placeholder dtype=int32
        put QueueEnqueueV2 q x
        puts QueueEnqueueManyV2 q x
        take QueueDequeueV2 q component_types=[int32]
        takes QueueDequeueManyV2 q n component_types=[int32]
        some QueueDequeueUpToV2 q n component_types=[int32]
        size QueueSizeV2 q
        close QueueCloseV2 q
        cancel QueueCloseV2 q cancel_pending_enqueues=true
        closed QueueIsClosedV2 q
        """;

    private static (string, Tensor) X(params int[] values) => ("x:0", Tensor.From<int>(values));

    private static (string, Tensor) N(int count) => ("n:0", Tensor.Scalar(count));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void What_is_taken_from_a_closed_queue_is_what_was_in_it_and_then_the_range_ends()
    {
        using CpuRun run = new(Numbers());
        run.Target("puts", X(1, 2, 3));
        run.Target("close");

        EngineException many = Assert.Throws<EngineException>(() => run.Fetch("takes:0", N(5)));
        Assert.Equal(3, run.Fetch("size:0").ToScalar<int>());
        Assert.Equal([1, 2], run.Fetch("takes:0", N(2)).Span<int>());
        Assert.Equal([3], run.Fetch("some:0", N(5)).Span<int>());
        EngineException one = Assert.Throws<EngineException>(() => run.Fetch("take:0"));
        EngineException put = Assert.Throws<EngineException>(() => run.Target("put", ("x:0", Tensor.Scalar(1))));
        EngineException again = Assert.Throws<EngineException>(() => run.Target("close"));
        run.Target("cancel");

        Assert.Equal((StatusCode.OutOfRange, StatusCode.OutOfRange, StatusCode.Cancelled, StatusCode.Cancelled), (many.Code, one.Code, put.Code, again.Code));
        Assert.Contains("is closed and has insufficient elements (requested 5, current size 3)", many.Message, StringComparison.Ordinal);
        Assert.Equal(0, run.Fetch("takes:0", N(0)).ElementCount);
    }

    [Fact]
    public async Task Who_takes_waits_until_another_run_puts()
    {
        using CpuRun run = new(Numbers());
        Task<Tensor> taken = CpuRun.Apart(() => run.Fetch("takes:0", N(3)));
        await Task.Delay(Moment, Cancel);

        run.Target("puts", X(1, 2));
        Assert.False(taken.IsCompleted);
        run.Target("puts", X(3, 4));

        Assert.Equal([1, 2, 3], (await taken).ToArray().Cast<int>());
        Assert.Equal(1, run.Fetch("size:0").ToScalar<int>());
    }

    [Fact]
    public async Task Closing_ends_the_wait_of_who_takes()
    {
        using CpuRun run = new(Numbers());
        run.Target("puts", X(1, 2));
        Task<Tensor> many = CpuRun.Apart(() => run.Fetch("takes:0", N(4)));
        await Task.Delay(Moment, Cancel);

        Assert.Equal(0, run.Fetch("size:0").ToScalar<int>());
        run.Target("close");

        EngineException error = await Assert.ThrowsAsync<EngineException>(() => many);
        Assert.Equal(StatusCode.OutOfRange, error.Code);
        Assert.Contains("(requested 2, current size 0)", error.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2], run.Fetch("some:0", N(4)).Span<int>());
    }

    [Fact]
    public async Task Closing_waits_for_those_who_put_unless_it_cancels_them()
    {
        using CpuRun run = new(Numbers(attributes: "capacity=1")), hasty = new(Numbers(attributes: "capacity=1"));
        Task put = run.Start("puts", Cancel, X(0, 1, 2));
        Task refused = hasty.Start("puts", Cancel, X(0, 1, 2));
        await Task.Delay(Moment, Cancel);
        Task close = run.Start("close", Cancel);
        await Task.Delay(Moment, Cancel);

        Assert.False(run.Fetch("closed:0").ToScalar<bool>());
        int[] taken = [run.Fetch("take:0").ToScalar<int>(), run.Fetch("take:0").ToScalar<int>(), run.Fetch("take:0").ToScalar<int>()];
        await Task.WhenAll(put, close);
        hasty.Target("cancel");

        Assert.Equal([0, 1, 2], taken);
        Assert.True(run.Fetch("closed:0").ToScalar<bool>());
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<EngineException>(() => refused)).Code);
        Assert.Equal(1, hasty.Fetch("size:0").ToScalar<int>());
    }

    [Fact]
    public void A_run_that_waits_is_cancelled_at_once_and_nothing_is_lost()
    {
        using CpuRun run = new(Numbers());
        run.Target("puts", X(1, 2));
        using CancellationTokenSource stop = new();
        IRunPlan takes = run.Session.Prepare(new RunSignature(["n:0"], ["takes:0"], []));
        bool cancelled = false;
        Thread waiting = new(() =>
        {
            try
            {
                takes.Run([Tensor.Scalar(4)], new Tensor[1], stop.Token);
            }
            catch (OperationCanceledException)
            {
                cancelled = true;
            }
        });
        waiting.Start();
        Thread.Sleep(Moment);

        long start = Stopwatch.GetTimestamp();
        stop.Cancel();
        waiting.Join();

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, 200);
        Assert.True(cancelled);
        Assert.Equal([1, 2], run.Fetch("takes:0", N(2)).Span<int>());
    }

    [Fact]
    public async Task Disposing_the_session_ends_the_wait()
    {
        CpuRun run = new(Numbers());
        Task waiting = run.Start("takes", Cancel, N(4));
        await Task.Delay(Moment, Cancel);

        run.Dispose();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<EngineException>(() => waiting)).Code);
    }

    [Theory]
    [InlineData("FIFOQueueV2", "capacity=7")]
    [InlineData("RandomShuffleQueueV2", "capacity=7 min_after_dequeue=3")]
    public async Task Many_who_put_and_many_who_take_lose_nothing(string kind, string attributes)
    {
        const int threads = 4, rounds = 100, batch = 5;
        using CpuRun run = new(Numbers(kind, attributes));
        Task<bool>[] puts = [.. Enumerable.Range(0, threads).Select(thread => CpuRun.Apart(() =>
        {
            for (int round = 0; round < rounds; round++)
            {
                run.Target("puts", X([.. Enumerable.Range((thread * rounds + round) * batch, batch)]));
            }

            return true;
        }))];
        Task<List<int>>[] takes = [.. Enumerable.Range(0, threads).Select(thread => CpuRun.Apart(() =>
        {
            List<int> taken = [];
            try
            {
                while (true)
                {
                    taken.AddRange(run.Fetch("some:0", N(thread + 2)).ToArray().Cast<int>());
                }
            }
            catch (EngineException end) when (end.Code == StatusCode.OutOfRange)
            {
                return taken;
            }
        }))];

        await Task.WhenAll(puts);
        run.Target("close");

        Assert.Equal(Enumerable.Range(0, threads * rounds * batch), (await Task.WhenAll(takes)).SelectMany(taken => taken).Order());
    }

    [Fact]
    public void A_shuffling_queue_gives_the_order_of_its_seeds()
    {
        using CpuRun run = new(Numbers("RandomShuffleQueueV2", "capacity=20 seed=3 seed2=4"));
        run.Target("puts", X(0, 1, 2, 3, 4, 5));
        run.Target("close");

        Assert.Equal([3, 0, 1, 2], run.Fetch("takes:0", N(4)).Span<int>());
        Assert.Equal(StatusCode.OutOfRange, Assert.Throws<EngineException>(() => run.Fetch("takes:0", N(4))).Code);
        Assert.Equal([5, 4], run.Fetch("some:0", N(4)).Span<int>());
    }

    [Fact]
    public void Elements_of_one_priority_come_in_the_order_of_TensorFlows_heap()
    {
        using CpuRun run = new("""
            q PriorityQueueV2 component_types=[int32] shapes=<> capacity=50
            p Placeholder dtype=int64
            x Placeholder dtype=int32
            n Const value=i:15
            puts QueueEnqueueManyV2 q p x
            takes QueueDequeueManyV2 q n component_types=[int64,int32]
            """);
        long[] priorities = [3, 1, 2, 1, 3, 2, 2, 1, 3, 1, 1, 2, 3, 3, 2];
        run.Target("puts", ("p:0", Tensor.From<long>(priorities)), X([.. Enumerable.Range(0, 15)]));

        Assert.Equal([1, 3, 9, 10, 7, 2, 6, 5, 14, 11, 13, 4, 12, 0, 8], run.Fetch("takes:1").Span<int>());
    }

    [Fact]
    public void Elements_of_open_shapes_are_filled_up_to_the_largest()
    {
        using CpuRun run = new("""
            q PaddingFIFOQueueV2 component_types=[int32,string] shapes=<-1,2|-1> capacity=9
            x Placeholder dtype=int32
            s Placeholder dtype=string
            n Placeholder dtype=int32
            put QueueEnqueueV2 q x s
            takes QueueDequeueManyV2 q n component_types=[int32,string]
            """);
        run.Target("put", ("x:0", Tensor.From<int>([1, 2, 3, 4], [2, 2])), ("s:0", Tensor.FromStrings(["a"], [1])));
        run.Target("put", ("x:0", Tensor.From<int>([5, 6], [1, 2])), ("s:0", Tensor.FromStrings(["b", "c"], [2])));
        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<EngineException>(() =>
            run.Target("put", ("x:0", Tensor.From<int>([5, 6, 7], [1, 3])), ("s:0", Tensor.FromStrings(["b"], [1])))).Code);

        IRunPlan plan = run.Session.Prepare(new RunSignature(["n:0"], ["takes:0", "takes:1"], []));
        Tensor[] taken = new Tensor[2];
        plan.Run([Tensor.Scalar(2)], taken, Cancel);

        Assert.Equal(new Shape([2, 2, 2]), taken[0].Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6, 0, 0], taken[0].Span<int>());
        Assert.Equal(["a", "", "b", "c"], Enumerable.Range(0, 4).Select(i => taken[1].Objects[i] is null ? "" : taken[1].StringAt(i)));
        Assert.Equal(new Shape([0, 0, 2]), run.Fetch("takes:0", N(0)).Shape);
    }

    [Theory]
    [InlineData("other FIFOQueueV2 component_types=[int32] shapes=<> capacity=6 shared_name=s")]
    [InlineData("other FIFOQueueV2 component_types=[float] shapes=<> capacity=5 shared_name=s")]
    [InlineData("other FIFOQueueV2 component_types=[int32] shapes=<2> capacity=5 shared_name=s")]
    [InlineData("other FIFOQueueV2 component_types=[int32] capacity=5 shared_name=s")]
    [InlineData("other PaddingFIFOQueueV2 component_types=[int32] shapes=<> capacity=5 shared_name=s")]
    [InlineData("other FIFOQueueV2 component_types=[int32] shapes=<-1> capacity=5")]
    [InlineData("other FIFOQueueV2 component_types=[int32] shapes=<|> capacity=5")]
    [InlineData("other RandomShuffleQueueV2 component_types=[int32] shapes=<> capacity=5 min_after_dequeue=5")]
    [InlineData("other RandomShuffleQueueV2 component_types=[int32] shapes=<> capacity=5 min_after_dequeue=-1")]
    [InlineData("other PaddingFIFOQueueV2 component_types=[int32] capacity=5")]
    [InlineData("other PriorityQueueV2 component_types=[int32] shapes=<|> capacity=5")]
    public void A_queue_that_contradicts_itself_or_the_one_it_shares_is_refused(string other)
    {
        using CpuRun run = new(Numbers(attributes: "capacity=5 shared_name=s") + "\n" + other + "\nwrong QueueSizeV2 other");
        run.Fetch("size:0");

        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<EngineException>(() => run.Fetch("wrong:0")).Code);
    }

    [Fact]
    public void Elements_that_do_not_fit_are_refused()
    {
        using CpuRun run = new(Numbers() + """

            f Const value=f:1
            float QueueEnqueueV2 q f
            two QueueEnqueueV2 q x x
            wrong QueueDequeueV2 q component_types=[float]
            """);

        string[] messages =
        [
            .. ((Action[])
            [
                () => run.Target("float"), () => run.Target("two", ("x:0", Tensor.Scalar(1))), () => run.Fetch("wrong:0"), () => run.Target("put", X(1)),
                () => run.Target("puts", ("x:0", Tensor.From<int>([1, 2], [1, 2]))), () => run.Target("puts", ("x:0", Tensor.Scalar(1))),
                () => run.Fetch("takes:0", N(-1)), () => run.Fetch("some:0", N(-1)),
            ]).Select(act => Assert.Throws<EngineException>(act)).Where(error => error.Code == StatusCode.InvalidArgument).Select(error => error.Message),
        ];

        Assert.Equal(8, messages.Length);
        Assert.Contains("Expected [], got [1]", messages[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_puts_and_takes_does_not_wait_for_itself()
    {
        using CpuRun run = new("""
            q FIFOQueueV2 component_types=[int32] shapes=<> capacity=5
            take QueueDequeueV2 q component_types=[int32]
            one Const value=i:1
            put QueueEnqueueV2 q one
            """);
        Tensor[] taken = new Tensor[1];

        run.Session.Prepare(new RunSignature([], ["take:0"], ["put"])).Run([], taken, Cancel);

        Assert.Equal(1, taken[0].ToScalar<int>());
    }
}
