using ModelSessions.Data;

namespace ModelSessions.Tests.Data;

public sealed class OrderedWorkTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(4, 2)]
    public void Results_come_in_the_order_in_which_they_were_planned(int threads, int capacity)
    {
        int planned = 0;
        using OrderedWork<string> work = new(threads, capacity, () =>
        {
            int number = planned++;
            return number == 200 ? null : () => Slowly(number);
        });
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal($"{i}", work.Take(CancellationToken.None));
        }

        Assert.Null(work.Take(CancellationToken.None));
        Assert.Null(work.Take(CancellationToken.None));
    }

    [Fact]
    public void No_more_is_made_than_there_is_room_for()
    {
        int planned = 0;
        using OrderedWork<string> work = new(4, 3, () =>
        {
            int number = Interlocked.Increment(ref planned);
            return () => $"{number}";
        });
        Assert.Equal("1", work.Take(CancellationToken.None));
        Thread.Sleep(50);
        Assert.InRange(planned, 1, 4);
    }

    [Fact]
    public void An_error_comes_in_its_place()
    {
        int planned = 0;
        using OrderedWork<string> work = new(3, 4, () =>
        {
            int number = planned++;
            return () => number == 5 ? throw new FormatException("five") : $"{number}";
        });
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal($"{i}", work.Take(CancellationToken.None));
        }

        Assert.Equal("five", Assert.Throws<FormatException>(() => work.Take(CancellationToken.None)).Message);
        Assert.Equal("6", work.Take(CancellationToken.None));
    }

    [Fact]
    public void An_error_of_the_plan_comes_after_what_was_planned_before_and_is_the_end()
    {
        int planned = 0;
        using OrderedWork<string> work = new(2, 4, () => planned++ == 1 ? throw new FormatException("plan") : () => "first");
        Assert.Equal("first", work.Take(CancellationToken.None));
        Assert.Throws<FormatException>(() => work.Take(CancellationToken.None));
        Assert.Null(work.Take(CancellationToken.None));
    }

    [Fact]
    public void Waiting_can_be_cancelled_and_threads_end_when_it_is_disposed()
    {
        using ManualResetEventSlim gate = new();
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(50));
        OrderedWork<string> work = new(2, 2, () => () =>
        {
            gate.Wait();
            return "late";
        });
        Assert.Throws<OperationCanceledException>(() => work.Take(cancel.Token));
        gate.Set();
        work.Dispose();
        Assert.DoesNotContain(work.Threads, thread => thread.IsAlive);
    }

    private static string Slowly(int number)
    {
        Thread.SpinWait(number % 7 * 2000);
        return $"{number}";
    }
}
