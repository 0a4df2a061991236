using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>The state of one <see cref="WorkerPool.For{TBody}"/>: parts are taken from a counter until none is left.</summary>
internal sealed unsafe class Job
{
    [ThreadStatic]
    private static Job? _ofThisThread;

    [ThreadStatic]
    private static bool _inside;

    private Counters _counters;
    private void* _body;
    private delegate*<void*, int, int, void> _run;
    private int _count;
    private CancellationToken _cancel;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Whether this thread is doing a part already; then more work is done in place.</summary>
    public static bool IsInside => _inside;

    /// <summary>The workers that were asked to help.</summary>
    public List<Worker> Helpers { get; } = [];

    /// <summary>The job that this thread hands out; it has one at a time.</summary>
    public static Job ForThisThread() => _ofThisThread ??= new Job();

    public void Start(void* body, delegate*<void*, int, int, void> run, int count)
    {
        _body = body;
        _run = run;
        _count = count;
        _cancel = Interruption.Token;
        _failure = null;
        _counters.Pending = 0;
        Volatile.Write(ref _counters.Next, 0);
    }

    /// <summary>A worker was asked: it may use this job until <see cref="Leave"/>.</summary>
    public void Enter() => Interlocked.Increment(ref _counters.Pending);

    /// <summary>A worker is done, or was told in time that it need not come.</summary>
    public void Leave() => Interlocked.Decrement(ref _counters.Pending);

    /// <summary>Does parts until none is left.</summary>
    public void Work(int slot)
    {
        _inside = true;
        using Interruption.Scope run = Interruption.By(_cancel);
        try
        {
            for (int index; (index = Interlocked.Increment(ref _counters.Next) - 1) < _count;)
            {
                Interruption.Check();
                _run(_body, index, slot);
            }
        }
        catch (Exception failure)
        {
            // It crosses threads: the caller of For throws it again.
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            Volatile.Write(ref _counters.Next, _count);
        }
        finally
        {
            _inside = false;
        }
    }

    /// <summary>Waits for the workers that took up the job, and throws what a part threw.</summary>
    public void Finish()
    {
        foreach (Worker helper in Helpers)
        {
            helper.Revoke(this);
        }

        Helpers.Clear();
        for (int round = 0; Volatile.Read(ref _counters.Pending) > 0; round++)
        {
            Spin.Wait(round);
        }

        _body = null;
        _failure?.Throw();
    }

    // Apart from each other and from the other fields: threads write them while others read.
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Counters
    {
        [FieldOffset(128)]
        public int Next;

        [FieldOffset(256)]
        public int Pending;
    }
}
