using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Tests.Numerics;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 5)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 1000)]
    public void Each_part_is_done_once(int threads, int count)
    {
        WorkerPool pool = new(threads);
        for (int round = 0; round < 50; round++)
        {
            int[] times = new int[count];
            pool.For(count, new Count(times));
            Assert.All(times, time => Assert.Equal(1, time));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(1_000)]
    [InlineData(100_003)]
    public void A_range_is_covered_without_overlap(int length)
    {
        int[] times = new int[length];
        new WorkerPool(3).ForRange(length, grain: 64, new CountRange(times));
        Assert.All(times, time => Assert.Equal(1, time));
    }

    [Fact]
    public void Slots_are_below_the_thread_count()
    {
        int[] slots = new int[3];
        new WorkerPool(3).For(10_000, new CountSlots(slots));
        Assert.Equal(10_000, slots.Sum());
    }

    [Fact]
    public void The_exception_of_a_part_reaches_the_caller_and_the_pool_goes_on()
    {
        WorkerPool pool = new(2);
        for (int round = 0; round < 20; round++)
        {
            Assert.Throws<InvalidOperationException>(() => pool.For(100, default(Fail)));
            Each_part_is_done_once(2, 100);
        }
    }

    [Fact]
    public void Work_inside_work_is_done_in_place()
    {
        int[] times = new int[100];
        WorkerPool pool = new(2);
        pool.For(10, new Nested(pool, times));
        Assert.All(times, time => Assert.Equal(1, time));
    }

    [Fact]
    public void Callers_on_several_threads_do_not_disturb_each_other()
    {
        Thread[] callers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() => Each_part_is_done_once(3, 500)))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
    }

    [Fact]
    public void A_call_allocates_nothing_once_warm()
    {
        WorkerPool pool = new(2);
        int[] times = new int[64];
        pool.For(64, new Count(times));
        long before = GC.GetAllocatedBytesForCurrentThread();
        pool.For(64, new Count(times));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private readonly ref struct Count(Span<int> times) : IParallelBody
    {
        private readonly Span<int> _times = times;

        public void Run(int index, int slot) => Interlocked.Increment(ref _times[index]);
    }

    private readonly ref struct CountSlots(Span<int> slots) : IParallelBody
    {
        private readonly Span<int> _slots = slots;

        public void Run(int index, int slot) => Interlocked.Increment(ref _slots[slot]);
    }

    private readonly ref struct CountRange(Span<int> times) : IRangeBody
    {
        private readonly Span<int> _times = times;

        public void Run(long start, long length)
        {
            foreach (ref int time in _times.Slice((int)start, (int)length))
            {
                Interlocked.Increment(ref time);
            }
        }
    }

    private readonly struct Nested(WorkerPool pool, int[] times) : IParallelBody
    {
        public void Run(int index, int slot) => pool.For(10, new Count(times.AsSpan(index * 10, 10)));
    }

    private readonly struct Fail : IParallelBody
    {
        public void Run(int index, int slot)
        {
            if (index == 40)
            {
                throw new InvalidOperationException();
            }
        }
    }
}
