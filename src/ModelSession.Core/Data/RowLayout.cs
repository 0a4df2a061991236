namespace ModelSessions.Data;

/// <summary>How the rows of a part lie in blocks, which are read as a whole: where reading any single row would be dear.</summary>
/// <param name="starts">The first row of each block, and at the end the number of rows.</param>
/// <param name="sizes">The bytes of each block.</param>
/// <param name="isSequential">Whether blocks can only be read one after the other, as in a packed file.</param>
internal sealed class RowLayout(long[] starts, int[] sizes, bool isSequential)
{
    /// <summary>Rows are shuffled within so many bytes, which stand in memory together.</summary>
    public const int WindowSize = 16 << 20;

    /// <summary>And within so many blocks.</summary>
    public const int WindowBlocks = 64;

    /// <summary>The number of blocks.</summary>
    public int BlockCount => sizes.Length;

    /// <summary>The number of rows.</summary>
    public long RowCount => starts[^1];

    /// <summary>Whether blocks can only be read one after the other.</summary>
    public bool IsSequential => isSequential;

    /// <summary>The first row of a block.</summary>
    public long Start(int block) => starts[block];

    /// <summary>The rows of a block.</summary>
    public int Count(int block) => (int)(starts[block + 1] - starts[block]);

    /// <summary>The block in which a row stands.</summary>
    public int BlockOf(long row)
    {
        int found = Array.BinarySearch(starts, row);
        if (found < 0)
        {
            return ~found - 1;
        }

        // Blocks without rows start where the next one does.
        while (found + 1 < starts.Length - 1 && starts[found + 1] == row)
        {
            found++;
        }

        return found;
    }

    /// <summary>How many of some blocks, from one on, are a window.</summary>
    public int Window(ReadOnlySpan<int> blocks)
    {
        long bytes = 0;
        int count = 0;
        while (count < blocks.Length && count < WindowBlocks && bytes < WindowSize)
        {
            bytes += sizes[blocks[count++]];
        }

        return count;
    }
}
