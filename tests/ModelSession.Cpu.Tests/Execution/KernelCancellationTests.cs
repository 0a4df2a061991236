using System.Diagnostics;

namespace ModelSessions.Tests.Execution;

/// <summary>A run ends soon after it is cancelled, in the middle of a kernel, too, and the session goes on.</summary>
public sealed class KernelCancellationTests
{
    // A fiftieth of what most of these take; machines that tests run on are busy.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("MatMul x x", "6000,6000", "2,2")]
    [InlineData("BatchMatMulV2 x x", "200,1000,1000", "1,2,2")]
    [InlineData("Conv2D x filter strides=[1,1,1,1] padding=SAME", "256,128,128,8", "1,2,2,8")]
    [InlineData("DepthwiseConv2dNative x narrow strides=[1,1,1,1] padding=SAME", "1024,128,128,8", "1,2,2,8")]
    [InlineData("Svd x", "1500,1500", "2,2")]
    [InlineData("MatrixInverse x", "3000,3000", "2,2")]
    [InlineData("Unique flat", "30000000", "4")]
    [InlineData("TopKV2 x k", "300,100000", "2,10")]
    [InlineData("AsString x", "3000,3000", "2,2")]
    public void A_long_kernel_ends_when_its_run_is_cancelled(string op, string large, string small)
    {
        string[] names = [.. op.Split(' ').Skip(1).Where(word => !word.Contains('=', StringComparison.Ordinal)).Distinct()];
        using CpuRun run = new(string.Join('\n', names.Select(name => $"{name} Placeholder dtype={(name == "k" ? "int32" : "float")}")) + $"\ny {op}");
        IRunPlan plan = run.Session.Prepare(new RunSignature([.. names.Select(name => $"{name}:0")], ["y:0"], []));
        Tensor[] fetches = new Tensor[1];
        plan.Run([.. names.Select(name => Feed(name, small))], fetches, TestContext.Current.CancellationToken);
        Tensor before = fetches[0];

        Cancel(plan, [.. names.Select(name => Feed(name, large))]);

        plan.Run([.. names.Select(name => Feed(name, small))], fetches, TestContext.Current.CancellationToken);
        Assert.Equal(before.ToString(), fetches[0].ToString());
        Assert.True(before.DType != DType.Float32 || before.Span<float>().SequenceEqual(fetches[0].Span<float>()));
    }

    [Fact]
    public void Only_if_nothing_was_changed_before_the_kernel_is_all_as_it_was()
    {
        using CpuRun run = new("""
            x Placeholder dtype=float
            y MatMul x x
            v VariableV2 shape=scalar dtype=float
            one Const value=f:1
            set Assign v one
            add AssignAdd v one
            after MatMul x x ^add
            """);
        run.Target("set");

        Assert.IsType<WaitCancelledException>(Cancel(run.Session.Prepare(new RunSignature(["x:0"], ["y:0"], [])), Feed("x", "6000,6000")));
        Assert.IsNotType<WaitCancelledException>(Cancel(run.Session.Prepare(new RunSignature(["x:0"], ["after:0"], [])), Feed("x", "6000,6000")));
        Assert.Equal(2, run.Fetch("v:0").Span<float>()[0]);
    }

    // Where the machine is fast, or the signal late, the kernel may end first: then once more, sooner.
    private static OperationCanceledException Cancel(IRunPlan plan, params Tensor[] feeds)
    {
        for (int delay = 50; delay > 0; delay /= 2)
        {
            if (TryCancel(plan, feeds, delay) is { } ended)
            {
                return ended;
            }
        }

        throw new Xunit.Sdk.XunitException("The kernel ended before it was cancelled, however soon that was.");
    }

    private static OperationCanceledException? TryCancel(IRunPlan plan, Tensor[] feeds, int delay)
    {
        using CancellationTokenSource soon = new();
        long cancelled = 0;
        // Not the pool's timer: its threads may be those that are busy.
        Thread signal = new(() =>
        {
            Thread.Sleep(delay);
            cancelled = Stopwatch.GetTimestamp();
            soon.Cancel();
        });
        signal.Start();
        try
        {
            plan.Run(feeds, new Tensor[plan.Signature.Fetches.Count], soon.Token);
            return null;
        }
        catch (OperationCanceledException ended)
        {
            Assert.True(Stopwatch.GetElapsedTime(cancelled) < s_soon, $"The run went on for {Stopwatch.GetElapsedTime(cancelled)}.");
            return ended;
        }
        finally
        {
            signal.Join();
        }
    }

    private static Tensor Feed(string name, string sizes)
    {
        if (name == "k")
        {
            return Tensor.Scalar(5);
        }

        long[] shape = name switch
        {
            "filter" => [5, 5, 8, 256],
            "narrow" => [5, 5, 8, 4],
            _ => [.. sizes.Split(',').Select(long.Parse)],
        };
        Tensor x = Tensor.Zeros(DType.Float32, new Shape(shape));
        uint state = 1;
        foreach (ref float value in x.Span<float>())
        {
            state = unchecked(state * 1_664_525 + 1_013_904_223);
            value = (state >> 8) / (float)(1 << 24) - 0.5f;
        }

        return x;
    }
}
