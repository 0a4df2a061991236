namespace ModelSessions.Cpu.Numerics;

/// <summary>Copies between memory without gaps and memory walked with a step for each dimension: transposing, slicing,
/// broadcasting, reversing are this with different steps.</summary>
internal static class StridedCopy
{
    // Elements that are worth a thread.
    private const int Grain = 1 << 15;

    /// <summary>target, without gaps, = source walked with steps.</summary>
    /// <param name="workers">Threads.</param>
    /// <param name="source">What is read.</param>
    /// <param name="start">Where the first element lies in the source.</param>
    /// <param name="extents">The dimensions of the target.</param>
    /// <param name="steps">How far apart in the source neighbours of each dimension are; may be 0 or negative.</param>
    /// <param name="target">As many elements as the extents have.</param>
    public static void Gather<T>(
        WorkerPool workers, ReadOnlySpan<T> source, long start, ReadOnlySpan<long> extents, ReadOnlySpan<long> steps, Span<T> target)
    {
        if (target.IsEmpty)
        {
            return;
        }

        Span<long> memory = stackalloc long[2 * extents.Length];
        Collapse(extents, steps, memory, out Span<long> outer, out Span<long> outerSteps, out long inner, out long innerStep);
        long rows = Product(outer);
        workers.ForRange(rows, System.Math.Max(1, Grain / inner), new GatherBody<T>(source, start, outer, outerSteps, (int)inner, innerStep, target));
    }

    /// <summary>A tensor stretched to a shape that it broadcasts to.</summary>
    public static void Stretch<T>(WorkerPool workers, ReadOnlySpan<T> source, ReadOnlySpan<long> from, ReadOnlySpan<long> to, Span<T> target)
    {
        Span<long> steps = stackalloc long[to.Length];
        steps.Clear();
        long step = 1;
        for (int back = 1; back <= from.Length; back++)
        {
            steps[^back] = from[^back] == 1 ? 0 : step;
            step *= from[^back];
        }

        Gather(workers, source, 0, to, steps, target);
    }

    /// <summary>target walked with steps = source, without gaps. No two elements may go to one place.</summary>
    public static void Scatter<T>(
        WorkerPool workers, ReadOnlySpan<T> source, ReadOnlySpan<long> extents, Span<T> target, long start, ReadOnlySpan<long> steps)
    {
        if (source.IsEmpty)
        {
            return;
        }

        Span<long> memory = stackalloc long[2 * extents.Length];
        Collapse(extents, steps, memory, out Span<long> outer, out Span<long> outerSteps, out long inner, out long innerStep);
        long rows = Product(outer);
        workers.ForRange(rows, System.Math.Max(1, Grain / inner), new ScatterBody<T>(source, outer, outerSteps, (int)inner, innerStep, target, start));
    }

    /// <summary>Steps of memory without gaps.</summary>
    public static void RowMajor(ReadOnlySpan<long> dimensions, Span<long> steps)
    {
        long step = 1;
        for (int i = dimensions.Length - 1; i >= 0; i--)
        {
            steps[i] = step;
            step *= dimensions[i];
        }
    }

    // Neighbouring dimensions that one step walks are one; those of size 1 are none.
    private static void Collapse(
        ReadOnlySpan<long> extents, ReadOnlySpan<long> steps, Span<long> memory,
        out Span<long> outer, out Span<long> outerSteps, out long inner, out long innerStep)
    {
        int rank = extents.Length, at = rank;
        Span<long> sizes = memory[..rank], strides = memory[rank..];
        for (int i = rank - 1; i >= 0; i--)
        {
            if (extents[i] == 1)
            {
                continue;
            }

            if (at < rank && steps[i] == strides[at] * sizes[at])
            {
                sizes[at] *= extents[i];
                continue;
            }

            at--;
            (sizes[at], strides[at]) = (extents[i], steps[i]);
        }

        (inner, innerStep) = at < rank ? (sizes[rank - 1], strides[rank - 1]) : (1, 1);
        int last = System.Math.Max(at, rank - 1);
        outer = at < rank ? sizes[at..last] : [];
        outerSteps = at < rank ? strides[at..last] : [];
    }

    private static long Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes)
        {
            product *= size;
        }

        return product;
    }

    private static long Offset(long row, ReadOnlySpan<long> outer, ReadOnlySpan<long> steps)
    {
        long offset = 0;
        for (int i = outer.Length - 1; i >= 0; i--)
        {
            (row, long index) = System.Math.DivRem(row, outer[i]);
            offset += index * steps[i];
        }

        return offset;
    }

    private readonly ref struct GatherBody<T>(
        ReadOnlySpan<T> source, long start, ReadOnlySpan<long> outer, ReadOnlySpan<long> steps, int inner, long innerStep, Span<T> target) : IRangeBody
    {
        private readonly ReadOnlySpan<T> _source = source;
        private readonly ReadOnlySpan<long> _outer = outer;
        private readonly ReadOnlySpan<long> _steps = steps;
        private readonly Span<T> _target = target;

        public void Run(long first, long count)
        {
            for (long row = first; row < first + count; row++)
            {
                Interruption.Check();
                long at = start + Offset(row, _outer, _steps);
                Span<T> line = _target.Slice((int)(row * inner), inner);
                if (innerStep == 1)
                {
                    _source.Slice((int)at, inner).CopyTo(line);
                }
                else if (innerStep == 0)
                {
                    line.Fill(_source[(int)at]);
                }
                else
                {
                    for (int i = 0; i < line.Length; i++, at += innerStep)
                    {
                        line[i] = _source[(int)at];
                    }
                }
            }
        }
    }

    private readonly ref struct ScatterBody<T>(
        ReadOnlySpan<T> source, ReadOnlySpan<long> outer, ReadOnlySpan<long> steps, int inner, long innerStep, Span<T> target, long start) : IRangeBody
    {
        private readonly ReadOnlySpan<T> _source = source;
        private readonly ReadOnlySpan<long> _outer = outer;
        private readonly ReadOnlySpan<long> _steps = steps;
        private readonly Span<T> _target = target;

        public void Run(long first, long count)
        {
            for (long row = first; row < first + count; row++)
            {
                Interruption.Check();
                long at = start + Offset(row, _outer, _steps);
                ReadOnlySpan<T> line = _source.Slice((int)(row * inner), inner);
                if (innerStep == 1)
                {
                    line.CopyTo(_target.Slice((int)at, inner));
                    continue;
                }

                for (int i = 0; i < line.Length; i++, at += innerStep)
                {
                    _target[(int)at] = line[i];
                }
            }
        }
    }
}
