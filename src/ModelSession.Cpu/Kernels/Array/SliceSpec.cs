using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>The masks of a strided slice; bit i is about entry i of begin, end and strides.</summary>
internal sealed class SliceMasks(GraphOperation node)
{
    public long Begin { get; } = node.Int("begin_mask");

    public long End { get; } = node.Int("end_mask");

    public long Ellipsis { get; } = node.Int("ellipsis_mask");

    public long NewAxis { get; } = node.Int("new_axis_mask");

    public long ShrinkAxis { get; } = node.Int("shrink_axis_mask");
}

/// <summary>A strided slice of a given shape: which elements, and the shape they have in the end.</summary>
internal readonly ref struct SliceSpec
{
    private SliceSpec(long start, ReadOnlySpan<long> extents, ReadOnlySpan<long> steps, ReadOnlySpan<long> finalShape)
    {
        Start = start;
        Extents = extents;
        Steps = steps;
        FinalShape = finalShape;
    }

    /// <summary>Where the first element lies.</summary>
    public long Start { get; }

    /// <summary>How many elements of each dimension.</summary>
    public ReadOnlySpan<long> Extents { get; }

    /// <summary>How far apart they lie.</summary>
    public ReadOnlySpan<long> Steps { get; }

    /// <summary>The shape without shrunk dimensions and with new ones.</summary>
    public ReadOnlySpan<long> FinalShape { get; }

    /// <summary>How much memory <see cref="Resolve"/> wants.</summary>
    public static int MemoryFor(int rank, int entries) => 3 * rank + entries;

    /// <summary>Reads the entries of a slice.</summary>
    /// <exception cref="EngineException">Too many entries, a stride of 0, an index outside of its dimension.</exception>
    public static SliceSpec Resolve(SliceMasks masks, ReadOnlySpan<long> shape, Value begin, Value end, Value strides, Span<long> memory)
    {
        int rank = shape.Length, entries = begin.Count;
        if (entries > 63 || end.LongCount != entries || strides.LongCount != entries)
        {
            throw Failure.Invalid($"Expected begin, end, and strides to be 1D equal size tensors, but got shapes {begin.Shape}, {end.Shape}, and {strides.Shape} instead.");
        }

        Span<long> extents = memory[..rank], steps = memory.Slice(rank, rank), final = memory[(2 * rank)..];
        StridedCopy.RowMajor(shape, steps);
        int axis = 0, finalRank = 0;
        long start = 0;
        int covered = CoveredByEllipsis(masks, rank, entries);
        for (int i = 0; i < entries; i++)
        {
            long bit = 1L << i;
            if ((masks.Ellipsis & bit) != 0)
            {
                for (int k = 0; k < covered; k++, axis++)
                {
                    extents[axis] = final[finalRank++] = shape[axis];
                }

                continue;
            }

            if ((masks.NewAxis & bit) != 0)
            {
                final[finalRank++] = 1;
                continue;
            }

            if (axis >= rank)
            {
                throw Failure.Invalid($"Index out of range using input dim {axis}; input has only {rank} dims");
            }

            if ((masks.ShrinkAxis & bit) != 0)
            {
                start += steps[axis] * Single(begin.Integer(i), strides.Integer(i), shape[axis], i);
                extents[axis++] = 1;
                continue;
            }

            (long first, long count, long stride) = Run(masks, bit, begin.Integer(i), end.Integer(i), strides.Integer(i), shape[axis], i);
            start += count == 0 ? 0 : steps[axis] * first;
            steps[axis] *= stride;
            extents[axis++] = final[finalRank++] = count;
        }

        for (; axis < rank; axis++)
        {
            extents[axis] = final[finalRank++] = shape[axis];
        }

        return new SliceSpec(start, extents, steps, final[..finalRank]);
    }

    // Without an ellipsis, dimensions after the last entry are whole.
    private static int CoveredByEllipsis(SliceMasks masks, int rank, int entries)
    {
        if (masks.Ellipsis == 0)
        {
            return 0;
        }

        int used = 0, ellipses = 0;
        for (int i = 0; i < entries; i++)
        {
            long bit = 1L << i;
            bool ellipsis = (masks.Ellipsis & bit) != 0;
            ellipses += ellipsis ? 1 : 0;
            used += !ellipsis && (masks.NewAxis & bit) == 0 ? 1 : 0;
        }

        return ellipses > 1
            ? throw Failure.Invalid("Multiple ellipses in slice spec not allowed")
            : System.Math.Max(0, rank - used);
    }

    private static long Single(long index, long stride, long size, int entry)
    {
        if (stride <= 0)
        {
            throw Failure.Invalid("only stride 1 allowed on non-range indexing.");
        }

        long at = index < 0 ? index + size : index;
        return at >= 0 && at < size ? at : throw Failure.Invalid($"slice index {index} of dimension {entry} out of bounds.");
    }

    private static (long First, long Count, long Stride) Run(SliceMasks masks, long bit, long begin, long end, long stride, long size, int entry)
    {
        if (stride == 0)
        {
            throw Failure.Invalid($"strides[{entry}] must be non-zero");
        }

        // Valid positions: 0 … size walking up, −1 … size − 1 walking down.
        long low = stride > 0 ? 0 : -1, high = stride > 0 ? size : size - 1;
        long first = (masks.Begin & bit) != 0 ? (stride > 0 ? low : high) : System.Math.Clamp(begin < 0 ? begin + size : begin, low, high);
        long last = (masks.End & bit) != 0 ? (stride > 0 ? high : low) : System.Math.Clamp(end < 0 ? end + size : end, low, high);
        long span = last - first;
        long count = span == 0 || (span < 0) != (stride < 0) ? 0 : span / stride + (span % stride != 0 ? 1 : 0);
        return (first, count, stride);
    }
}
