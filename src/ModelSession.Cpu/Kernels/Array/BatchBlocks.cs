using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Blocks that stand in the batch, and the margins around the space that they are made of.</summary>
internal readonly struct BatchBlocks
{
    private readonly long[] _blocks;
    private readonly long[] _margins;

    private BatchBlocks(long[] blocks, long[] margins) => (_blocks, _margins) = (blocks, margins);

    /// <summary>Copies elements from or to places in the two tensors.</summary>
    public delegate void Move(int inBatch, int inSpace, int length);

    /// <summary>The number of dimensions that are cut into blocks.</summary>
    public int Count => _blocks.Length;

    /// <summary>The size of a block in a dimension.</summary>
    public long this[int dimension] => _blocks[dimension];

    /// <summary>Reads a node's blocks: an attribute for two dimensions, or an input, and the margins after it.</summary>
    public static BatchBlocks Of(KernelContext context, int rank)
    {
        bool fixedSize = context.InputCount == 2;
        Value margins = context.Input(context.InputCount - 1);
        long[] blocks = fixedSize ? [context.Node.Int("block_size"), context.Node.Int("block_size")] : Integers(context.Input(1));
        if (rank < 1 + blocks.Length || margins.Rank != 2 || margins.Dimensions[0] != blocks.Length || margins.Dimensions[1] != 2 || (fixedSize && rank != 4))
        {
            throw Failure.Invalid($"{blocks.Length} blocks and margins of shape {margins.Shape} do not fit an input of {rank} dimensions");
        }

        long[] around = Integers(margins);
        return blocks.All(size => size >= 1) && around.All(margin => margin >= 0)
            ? new BatchBlocks(blocks, around)
            : throw Failure.Invalid($"All values in block_shape [{string.Join(", ", blocks)}] must be positive, and margins [{string.Join(", ", around)}] must be non-negative");
    }

    public long Before(int dimension) => _margins[2 * dimension];

    public long After(int dimension) => _margins[2 * dimension + 1];

    /// <summary>Visits the stretches that both tensors have.</summary>
    public void Walk(Value inBatch, Value inSpace, Move move)
    {
        long batch = inSpace.Dimensions[0], inner = 1, cells = 1;
        for (int i = Count + 1; i < inSpace.Rank; i++)
        {
            inner *= inSpace.Dimensions[i];
        }

        for (int i = 1; i <= Count; i++)
        {
            cells *= inBatch.Dimensions[i];
        }

        for (long b = 0; inner > 0 && b < inBatch.Dimensions[0]; b++)
        {
            for (long cell = 0; cell < cells; cell++)
            {
                if (TryPlace(b / batch, b % batch, cell, inBatch.Dimensions, inSpace.Dimensions, out long place))
                {
                    move((int)((b * cells + cell) * inner), (int)(place * inner), (int)inner);
                }
            }
        }
    }

    // Where a cell of a batch lies in the space; false in the margin.
    private bool TryPlace(long block, long batch, long cell, ReadOnlySpan<long> inBatch, ReadOnlySpan<long> inSpace, out long place)
    {
        place = 0;
        long step = 1;
        for (int i = Count - 1; i >= 0; i--)
        {
            (block, long offset) = System.Math.DivRem(block, _blocks[i]);
            (cell, long index) = System.Math.DivRem(cell, inBatch[i + 1]);
            long at = index * _blocks[i] + offset - Before(i);
            if (at < 0 || at >= inSpace[i + 1])
            {
                return false;
            }

            place += at * step;
            step *= inSpace[i + 1];
        }

        place += batch * step;
        return true;
    }

    private static long[] Integers(Value value)
    {
        long[] items = new long[value.ShapeLength];
        value.CopyIntegers(items);
        return items;
    }
}
