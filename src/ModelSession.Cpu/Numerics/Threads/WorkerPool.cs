using System.Runtime.CompilerServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Runs the parts of a kernel on several threads, the caller's among them. Nothing is allocated for a call.
/// A body must give the same bits whichever thread does which part.</summary>
internal sealed class WorkerPool
{
    /// <summary>A pool of so many threads, the caller's included.</summary>
    /// <param name="threadCount">0 = as many as the machine has processors.</param>
    public WorkerPool(int threadCount = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threadCount);
        ThreadCount = threadCount == 0 ? Environment.ProcessorCount : threadCount;
    }

    /// <summary>Does all on the caller's thread.</summary>
    public static WorkerPool Single { get; } = new(1);

    /// <summary>How many threads take part at most.</summary>
    public int ThreadCount { get; }

    /// <summary>Does all parts of a body and returns when they are done. Inside another body all is done in place. Between parts it looks
    /// whether the run was cancelled.</summary>
    /// <param name="count">The number of parts.</param>
    /// <param name="body">The work.</param>
    public unsafe void For<TBody>(int count, TBody body)
        where TBody : struct, IParallelBody, allows ref struct
    {
        int helpers = Math.Min(ThreadCount, count) - 1;
        if (helpers <= 0 || Job.IsInside)
        {
            for (int index = 0; index < count; index++)
            {
                Interruption.Check();
                body.Run(index, 0);
            }

            return;
        }

        // The body is a local of this frame, which outlives the job: others may use its address.
        Job job = Job.ForThisThread();
        job.Start(Unsafe.AsPointer(ref body), &Run<TBody>, count);
        Worker.Offer(job, helpers);
        job.Work(slot: 0);
        job.Finish();
    }

    /// <summary>Does a range of independent elements in a few stretches.</summary>
    /// <param name="length">The number of elements.</param>
    /// <param name="grain">A stretch smaller than this is not worth a thread.</param>
    /// <param name="body">The work.</param>
    public void ForRange<TBody>(long length, long grain, TBody body)
        where TBody : struct, IRangeBody, allows ref struct
    {
        // Several stretches a thread, so that one that is late does not keep the others waiting; none so long that a cancelled run waits for it.
        const int stretchesPerThread = 4, longestInGrains = 64;
        long grains = length / Math.Max(grain, 1);
        long count = ThreadCount == 1 ? 1 : Math.Min(grains, (long)ThreadCount * stretchesPerThread);
        count = Math.Max(count, grains / longestInGrains);
        if (count <= 1)
        {
            if (length > 0)
            {
                body.Run(0, length);
            }

            return;
        }

        // Whole cache lines of any element type.
        long stretch = ((length + count - 1) / count + 63) / 64 * 64;
        For((int)((length + stretch - 1) / stretch), new Stretches<TBody>(body, stretch, length));
    }

    private static unsafe void Run<TBody>(void* body, int index, int slot)
        where TBody : struct, IParallelBody, allows ref struct => Unsafe.AsRef<TBody>(body).Run(index, slot);

    private ref struct Stretches<TBody>(TBody body, long stretch, long length) : IParallelBody
        where TBody : struct, IRangeBody, allows ref struct
    {
        private readonly TBody _body = body;

        public void Run(int index, int slot)
        {
            long start = index * stretch;
            _body.Run(start, Math.Min(stretch, length - start));
        }
    }
}
