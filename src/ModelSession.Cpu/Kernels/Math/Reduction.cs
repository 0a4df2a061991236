using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>An associative operation that brings many elements down to one.</summary>
internal interface IReduction<T>
    where T : unmanaged
{
    /// <summary>The result over nothing.</summary>
    static abstract T Identity { get; }

    /// <summary>Of extremes: the finite number next to that.</summary>
    static virtual T Finite => default!;

    /// <summary>Whether the result is one of the elements, the greatest in some order.</summary>
    static virtual bool IsExtreme => false;

    /// <summary>The result over some elements, at least one.</summary>
    static abstract T Of(ReadOnlySpan<T> x);

    /// <summary>result[i] = result[i] ∘ x[i].</summary>
    static abstract void Accumulate(ReadOnlySpan<T> x, Span<T> result);
}

/// <summary>Reduces some dimensions of a tensor. What is summed with what depends on the shape alone, not on the threads.</summary>
internal static class Reduction
{
    // Elements of one partial result: enough to be worth a thread, few enough that rounding errors stay small.
    private const int Block = 8192;

    public static void Run<TOp, T>(KernelContext context, ReadOnlySpan<T> x, ReadOnlySpan<long> dimensions, ReadOnlySpan<bool> reduced, Span<T> result)
        where TOp : IReduction<T>
        where T : unmanaged
    {
        if (x.IsEmpty)
        {
            result.Fill(TOp.Identity);
            return;
        }

        Span<long> sizes = stackalloc long[dimensions.Length];
        int count = Collapse(dimensions, reduced, sizes, out bool firstIsReduced);
        switch (count, firstIsReduced)
        {
            case (0, _) or (1, false):
                x.CopyTo(result);
                return;
            case (1, true):
                result[0] = Whole<TOp, T>(context, x);
                return;
            case (2, false):
                context.Workers.ForRange(result.Length, System.Math.Max(1, Block / sizes[1]), new Rows<TOp, T>(x, (int)sizes[1], result));
                return;
            case (2, true):
                Columns<TOp, T>(context, x, (int)sizes[1], result);
                return;
            case (3, false):
                long slab = sizes[1] * sizes[2];
                context.Workers.ForRange(sizes[0], System.Math.Max(1, Block / slab), new Slabs<TOp, T>(x, (int)slab, (int)sizes[2], result));
                return;
            default:
                Transposed<TOp, T>(context, x, sizes[..count], firstIsReduced, result);
                return;
        }
    }

    // Neighbours that are both reduced, or both kept, are one dimension; those of size 1 are none.
    private static int Collapse(ReadOnlySpan<long> dimensions, ReadOnlySpan<bool> reduced, Span<long> sizes, out bool firstIsReduced)
    {
        int count = 0;
        bool last = false;
        firstIsReduced = false;
        for (int i = 0; i < dimensions.Length; i++)
        {
            if (dimensions[i] == 1)
            {
                continue;
            }

            if (count > 0 && reduced[i] == last)
            {
                sizes[count - 1] *= dimensions[i];
                continue;
            }

            firstIsReduced = count == 0 ? reduced[i] : firstIsReduced;
            last = reduced[i];
            sizes[count++] = dimensions[i];
        }

        return count;
    }

    private static T Whole<TOp, T>(KernelContext context, ReadOnlySpan<T> x)
        where TOp : IReduction<T>
        where T : unmanaged
    {
        int blocks = (x.Length + Block - 1) / Block;
        Span<T> partial = context.Scratch<T>(blocks);
        context.Workers.ForRange(blocks, 4, new Blocks<TOp, T>(x, partial));
        return TOp.Of(partial);
    }

    private static T Row<TOp, T>(ReadOnlySpan<T> x)
        where TOp : IReduction<T>
        where T : unmanaged
    {
        T result = TOp.Of(x[..System.Math.Min(Block, x.Length)]);
        Span<T> pair = stackalloc T[2];
        for (int at = Block; at < x.Length; at += Block)
        {
            (pair[0], pair[1]) = (result, TOp.Of(x.Slice(at, System.Math.Min(Block, x.Length - at))));
            result = TOp.Of(pair);
        }

        return result;
    }

    private static void Columns<TOp, T>(KernelContext context, ReadOnlySpan<T> x, int width, Span<T> result)
        where TOp : IReduction<T>
        where T : unmanaged
    {
        int rows = x.Length / width, rowsInBlock = System.Math.Max(1, 4 * Block / width);
        int blocks = (rows + rowsInBlock - 1) / rowsInBlock;
        if (blocks == 1)
        {
            Column<TOp, T>(x, width, result);
            return;
        }

        Span<T> partial = context.Scratch<T>(blocks * width);
        context.Workers.ForRange(blocks, 1, new ColumnBlocks<TOp, T>(x, width, rowsInBlock, partial));
        Column<TOp, T>(partial, width, result);
    }

    private static void Column<TOp, T>(ReadOnlySpan<T> x, int width, Span<T> result)
        where TOp : IReduction<T>
        where T : unmanaged
    {
        x[..width].CopyTo(result);
        for (int at = width; at < x.Length; at += width)
        {
            TOp.Accumulate(x.Slice(at, width), result);
        }
    }

    // Any other order of kept and reduced dimensions: kept ones are brought to the front.
    private static void Transposed<TOp, T>(KernelContext context, ReadOnlySpan<T> x, ReadOnlySpan<long> sizes, bool firstIsReduced, Span<T> result)
        where TOp : IReduction<T>
        where T : unmanaged
    {
        Span<long> memory = stackalloc long[3 * sizes.Length];
        Span<long> steps = memory[..sizes.Length], extents = memory.Slice(sizes.Length, sizes.Length), order = memory[(2 * sizes.Length)..];
        StridedCopy.RowMajor(sizes, steps);
        int at = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            // The first pass takes the kept ones.
            for (int i = (pass == 0) == firstIsReduced ? 1 : 0; i < sizes.Length; i += 2)
            {
                (extents[at], order[at]) = (sizes[i], steps[i]);
                at++;
            }
        }

        Span<T> sorted = context.Scratch<T>(x.Length);
        StridedCopy.Gather(context.Workers, x, 0, extents, order, sorted);
        int length = x.Length / result.Length;
        context.Workers.ForRange(result.Length, System.Math.Max(1, Block / length), new Rows<TOp, T>(sorted, length, result));
    }

    private readonly ref struct Blocks<TOp, T>(ReadOnlySpan<T> x, Span<T> partial) : IRangeBody
        where TOp : IReduction<T>
        where T : unmanaged
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _partial = partial;

        public void Run(long start, long length)
        {
            for (int i = (int)start; i < start + length; i++)
            {
                _partial[i] = TOp.Of(_x.Slice(i * Block, System.Math.Min(Block, _x.Length - i * Block)));
            }
        }
    }

    private readonly ref struct Rows<TOp, T>(ReadOnlySpan<T> x, int width, Span<T> result) : IRangeBody
        where TOp : IReduction<T>
        where T : unmanaged
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _result = result;

        public void Run(long start, long length)
        {
            for (int i = (int)start; i < start + length; i++)
            {
                _result[i] = Row<TOp, T>(_x.Slice(i * width, width));
            }
        }
    }

    private readonly ref struct Slabs<TOp, T>(ReadOnlySpan<T> x, int slab, int width, Span<T> result) : IRangeBody
        where TOp : IReduction<T>
        where T : unmanaged
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _result = result;

        public void Run(long start, long length)
        {
            for (int i = (int)start; i < start + length; i++)
            {
                Column<TOp, T>(_x.Slice(i * slab, slab), width, _result.Slice(i * width, width));
            }
        }
    }

    private readonly ref struct ColumnBlocks<TOp, T>(ReadOnlySpan<T> x, int width, int rows, Span<T> partial) : IRangeBody
        where TOp : IReduction<T>
        where T : unmanaged
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _partial = partial;

        public void Run(long start, long length)
        {
            int size = rows * width;
            for (int i = (int)start; i < start + length; i++)
            {
                Column<TOp, T>(_x.Slice(i * size, System.Math.Min(size, _x.Length - i * size)), width, _partial.Slice(i * width, width));
            }
        }
    }
}
