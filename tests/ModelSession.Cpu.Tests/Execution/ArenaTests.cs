using ModelSessions.Cpu.Execution;

namespace ModelSessions.Tests.Execution;

public sealed class ArenaTests
{
    private readonly Arena _arena = new(new MemoryBudget(0), () => { });

    [Fact]
    public void Memory_that_was_let_go_of_is_found_again()
    {
        _arena.BeginRun();
        Lease first = _arena.Rent(1000);
        TensorBuffer memory = first.Memory;
        first.Release();

        Assert.Same(memory, _arena.Rent(1000).Memory);
    }

    [Fact]
    public void Memory_with_two_holders_stays_until_both_let_go()
    {
        _arena.BeginRun();
        Lease shared = _arena.Rent(1000);
        shared.Hold();
        shared.Release();

        Assert.NotSame(shared.Memory, _arena.Rent(1000).Memory);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1025)]
    [InlineData(1_000_000)]
    [InlineData(33_333_333)]
    public void A_request_is_met_with_at_most_an_eighth_more(long bytes)
    {
        _arena.BeginRun();

        Assert.InRange(_arena.Rent(bytes).Memory.ByteLength, bytes, Math.Max(128, bytes + bytes / 8 + 64));
    }

    [Fact]
    public void A_free_large_buffer_serves_a_smaller_request()
    {
        _arena.BeginRun();
        Lease large = _arena.Rent(10_000_000);
        large.Release();

        Assert.Same(large.Memory, _arena.Rent(6_000_000).Memory);
    }

    [Fact]
    public void What_a_former_run_used_makes_room_for_what_this_one_needs()
    {
        WeakReference[] former = RunOf(20, 1_000_000);
        _arena.BeginRun();
        Lease large = _arena.Rent(20_000_000);
        GC.Collect();

        Assert.True(former.Count(buffer => buffer.IsAlive) <= 10);
        GC.KeepAlive(large);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private WeakReference[] RunOf(int count, long bytes)
    {
        _arena.BeginRun();
        Lease[] leases = [.. Enumerable.Range(0, count).Select(_ => _arena.Rent(bytes))];
        foreach (Lease lease in leases)
        {
            lease.Release();
        }

        return [.. leases.Select(lease => new WeakReference(lease.Memory))];
    }
}
