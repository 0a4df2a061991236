using System.Diagnostics.CodeAnalysis;

namespace ModelSessions.Cpu.Numerics;

/// <summary>A thread that helps with jobs. All sessions of the process share the workers: two sessions running at once take
/// no more processors than there are.</summary>
[SuppressMessage("Reliability", "CA1001:Types that own disposable fields should be disposable", Justification = "Workers live as long as the process.")]
internal sealed class Worker
{
    private const int Idle = 0;
    private const int Claimed = 1;
    private const int Offered = 2;
    private const int Running = 3;

    // About 100 µs: longer than most pauses between two kernels of a run.
    private const int SpinsBeforeParking = 3000;

    private static readonly Lock Growing = new();
    private static Worker[] _all = [];

    private readonly SemaphoreSlim _wake = new(0);
    private Job? _job;
    private int _slot;
    private int _state;
    private int _parked;

    private Worker(int number)
    {
        Thread thread = new(Loop, maxStackSize: 0) { IsBackground = true, Name = $"ModelSession worker {number}" };
        thread.UnsafeStart();
    }

    /// <summary>Asks up to <paramref name="wanted"/> idle workers to help with a job.</summary>
    public static void Offer(Job job, int wanted)
    {
        Worker[] all = _all.Length < wanted ? Grow(wanted) : _all;
        int slot = 1;
        foreach (Worker worker in all)
        {
            if (slot > wanted)
            {
                break;
            }

            if (worker.TryOffer(job, slot))
            {
                slot++;
            }
        }
    }

    /// <summary>Takes the offer of a job back if the worker has not begun.</summary>
    public void Revoke(Job job)
    {
        if (Volatile.Read(ref _state) == Offered && Volatile.Read(ref _job) == job
            && Interlocked.CompareExchange(ref _state, Claimed, Offered) == Offered)
        {
            // Between the reads and the exchange the job cannot have changed: only its owner offers it, and that is this thread.
            Volatile.Write(ref _job, null);
            Volatile.Write(ref _state, Idle);
            job.Leave();
        }
    }

    private static Worker[] Grow(int count)
    {
        lock (Growing)
        {
            if (_all.Length < count)
            {
                Worker[] all = new Worker[count];
                for (int i = 0; i < count; i++)
                {
                    all[i] = i < _all.Length ? _all[i] : new Worker(i + 1);
                }

                Volatile.Write(ref _all, all);
            }

            return _all;
        }
    }

    private bool TryOffer(Job job, int slot)
    {
        if (Volatile.Read(ref _state) != Idle || Interlocked.CompareExchange(ref _state, Claimed, Idle) != Idle)
        {
            return false;
        }

        job.Enter();
        job.Helpers.Add(this);
        _slot = slot;
        Volatile.Write(ref _job, job);
        Interlocked.Exchange(ref _state, Offered);
        if (Volatile.Read(ref _parked) == 1 && Interlocked.CompareExchange(ref _parked, 0, 1) == 1)
        {
            _wake.Release();
        }

        return true;
    }

    private void Loop()
    {
        while (true)
        {
            AwaitOffer();
            if (Interlocked.CompareExchange(ref _state, Running, Offered) == Offered)
            {
                Job job = _job!;
                job.Work(_slot);
                Volatile.Write(ref _job, null);
                Volatile.Write(ref _state, Idle);
                job.Leave();
            }
        }
    }

    private void AwaitOffer()
    {
        for (int spins = 0; Volatile.Read(ref _state) != Offered; spins++)
        {
            if (spins < SpinsBeforeParking)
            {
                Thread.SpinWait(1);
            }
            else
            {
                Park();
                spins = 0;
            }
        }
    }

    private void Park()
    {
        Interlocked.Exchange(ref _parked, 1);
        if (Volatile.Read(ref _state) == Offered && Interlocked.CompareExchange(ref _parked, 0, 1) == 1)
        {
            return;
        }

        _wake.Wait();
    }
}
