using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Rows brought together by number of segment.</summary>
internal static class SegmentKernels
{
    public static void Register(KernelTable table)
    {
        TypeSet sums = TypeSet.Numbers | TypeSet.Complexes;
        table.Numbers<Largest<Sorted>>("SegmentMax", TypeSet.Numbers);
        table.Rings<SortedMean>("SegmentMean", sums);
        table.Numbers<Smallest<Sorted>>("SegmentMin", TypeSet.Numbers);
        table.Rings<Products<Sorted>>("SegmentProd", sums);
        table.Rings<Sums<Sorted>>("SegmentSum", sums);
        table.Numbers<Largest<Unsorted>>("UnsortedSegmentMax", TypeSet.Numbers);
        table.Numbers<Smallest<Unsorted>>("UnsortedSegmentMin", TypeSet.Numbers);
        table.Rings<Products<Unsorted>>("UnsortedSegmentProd", sums);
        table.Rings<Sums<Unsorted>>("UnsortedSegmentSum", sums);
    }

    /// <summary>Checks that numbers of segments do not fall, and gives the number of segments.</summary>
    /// <exception cref="EngineException">A number is negative or lower than the one before.</exception>
    public static long CheckSorted(Value ids, long rows)
    {
        if (ids.Rank != 1 || ids.LongCount != rows)
        {
            throw Failure.Invalid($"segment_ids should be a vector of {rows} numbers, one for each row, not of shape {ids.Shape}");
        }

        long last = -1;
        for (int i = 0; i < ids.Count; i++)
        {
            Interruption.Check();
            long id = ids.Integer(i);
            last = id >= 0 && id >= last ? id : throw Failure.Invalid(id < 0 ? $"segment ids must be >= 0, not {id}" : $"segment ids are not increasing: {id} after {last}");
        }

        return last + 1;
    }

    /// <summary>Divides each row of sums by how many went into it.</summary>
    public static void Average<T>(Span<T> sums, ReadOnlySpan<long> counts)
        where T : INumberBase<T>
    {
        int width = counts.IsEmpty ? 0 : sums.Length / counts.Length;
        for (int i = 0; i < counts.Length; i++)
        {
            T divisor = T.CreateTruncating(System.Math.Max(counts[i], 1));
            foreach (ref T value in sums.Slice(i * width, width))
            {
                value /= divisor;
            }
        }
    }

    private static Span<T> Result<T>(KernelContext context, long segments, ReadOnlySpan<long> slice)
        where T : unmanaged
    {
        Span<long> shape = stackalloc long[slice.Length + 1];
        shape[0] = segments;
        slice.CopyTo(shape[1..]);
        return context.Allocate(0, shape).Span<T>();
    }

    private static void Accumulate<TOp, T>(Value ids, long segments, ReadOnlySpan<T> data, Span<T> result)
        where TOp : IReduction<T>
        where T : unmanaged
    {
        int width = segments == 0 ? 0 : (int)(result.Length / segments);
        for (int i = 0; i < ids.Count; i++)
        {
            Interruption.Check();
            long id = ids.Integer(i);
            if (id >= 0)
            {
                TOp.Accumulate(data.Slice(i * width, width), result.Slice((int)id * width, width));
            }
        }
    }

    // Numbers rise; a segment without rows is 0, of products 1.
    private readonly struct Sorted : IReductionKernel
    {
        public static Kernel Create<TOp, T>(GraphOperation node)
            where TOp : IReduction<T>
            where T : unmanaged, INumberBase<T> => context =>
            {
                Value data = Rows(context), ids = context.Input(1);
                long segments = CheckSorted(ids, data.Dimensions[0]);
                Span<T> result = Result<T>(context, segments, data.Dimensions[1..]);
                result.Fill(TOp.IsExtreme ? T.Zero : TOp.Identity);
                for (int i = 0, width = segments == 0 ? 0 : (int)(result.Length / segments); TOp.IsExtreme && i < ids.Count; i++)
                {
                    result.Slice((int)ids.Integer(i) * width, width).Fill(TOp.Identity);
                }

                Accumulate<TOp, T>(ids, segments, data.Span<T>(), result);
            };
    }

    private static Value Rows(KernelContext context) => context.Input(0) is { Rank: > 0 } data
        ? data
        : throw Failure.Invalid("input must be at least rank 1");

    private readonly struct SortedMean : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => context =>
            {
                Value data = Rows(context), ids = context.Input(1);
                long segments = CheckSorted(ids, data.Dimensions[0]);
                Span<T> result = Result<T>(context, segments, data.Dimensions[1..]);
                result.Clear();
                Accumulate<SumOf<T>, T>(ids, segments, data.Span<T>(), result);
                Span<long> counts = context.Scratch<long>(checked((int)segments));
                counts.Clear();
                for (int i = 0; i < ids.Count; i++)
                {
                    Interruption.Check();
                    counts[(int)ids.Integer(i)]++;
                }

                Average(result, counts);
            };
    }

    // Numbers may be in any order; rows of negative numbers are dropped.
    private readonly struct Unsorted : IReductionKernel
    {
        public static Kernel Create<TOp, T>(GraphOperation node)
            where TOp : IReduction<T>
            where T : unmanaged, INumberBase<T> => context =>
            {
                Value data = context.Input(0), ids = context.Input(1);
                long segments = context.Input(2).IntegerScalar("num_segments");
                if (segments < 0 || data.Rank < ids.Rank || !data.Dimensions[..ids.Rank].SequenceEqual(ids.Dimensions))
                {
                    throw Failure.Invalid($"data.shape = {data.Shape} does not start with segment_ids.shape = {ids.Shape}, or num_segments = {segments} is negative.");
                }

                for (int i = 0; i < ids.Count; i++)
                {
                    Interruption.Check();
                    if (ids.Integer(i) >= segments)
                    {
                        throw Failure.Invalid($"segment_ids[{i}] = {ids.Integer(i)} is out of range [0, {segments})");
                    }
                }

                Span<T> result = Result<T>(context, segments, data.Dimensions[ids.Rank..]);
                // An empty segment has the lowest or highest finite value, where a reduction has an infinite one.
                result.Fill(TOp.IsExtreme ? TOp.Finite : TOp.Identity);
                Accumulate<TOp, T>(ids, segments, data.Span<T>(), result);
            };
    }
}
