namespace ModelSessions.Cpu.Numerics;

/// <summary>Work that falls into independent parts. A struct, so that handing it out allocates nothing; it may hold spans.</summary>
internal interface IParallelBody
{
    /// <summary>Does one part. Parts run in any order and at the same time.</summary>
    /// <param name="index">The part, from 0.</param>
    /// <param name="slot">Which of the threads taking part this is, from 0 to the pool's <see cref="WorkerPool.ThreadCount"/> − 1:
    /// for scratch memory of its own.</param>
    void Run(int index, int slot);
}

/// <summary>Work over a range of elements, each independent of the others.</summary>
internal interface IRangeBody
{
    /// <summary>Does the elements from <paramref name="start"/> on.</summary>
    void Run(long start, long length);
}
