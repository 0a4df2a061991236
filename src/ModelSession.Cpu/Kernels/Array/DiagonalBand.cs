using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Moves one element between a matrix and its diagonals.</summary>
internal delegate void DiagonalMove<T>(ref T inMatrix, ref T inBand);

/// <summary>Neighbouring diagonals of a matrix, in rows from the uppermost to the lowest; shorter ones stand left or right in their row.</summary>
internal readonly record struct DiagonalBand(int Lower, int Upper, bool LeftAbove, bool LeftBelow)
{
    /// <summary>How many there are.</summary>
    public int Count => Upper - Lower + 1;

    /// <summary>The diagonals that an input names; the main one, if the node has no such input.</summary>
    public static DiagonalBand Of(KernelContext context, int input)
    {
        string align = context.Node.Attributes.ContainsKey("align") ? context.Node.String("align") : "LEFT_LEFT";
        bool above = align.StartsWith("LEFT", StringComparison.Ordinal), below = align.EndsWith("LEFT", StringComparison.Ordinal);
        if (context.InputCount <= input)
        {
            return new DiagonalBand(0, 0, above, below);
        }

        Value k = context.Input(input);
        if (k.Rank > 1 || k.LongCount is < 1 or > 2)
        {
            throw Failure.Invalid($"diag_index must be a scalar or a vector of one or two numbers, not of shape {k.Shape}");
        }

        (long lower, long upper) = (k.Integer(0), k.Integer(k.Count - 1));
        return lower <= upper
            ? new DiagonalBand((int)lower, (int)upper, above, below)
            : throw Failure.Invalid($"lower_diag_index must not be larger than upper_diag_index: {lower} > {upper}");
    }

    /// <summary>What stands where no element does; nothing, if the node has no such input.</summary>
    public static T Padding<T>(KernelContext context, int input)
    {
        if (context.InputCount <= input)
        {
            return default!;
        }

        Value padding = context.Input(input);
        return padding.Rank == 0 ? padding.Elements<T>()[0] : throw Failure.Invalid($"Padding must be scalar, not of shape {padding.Shape}.");
    }

    /// <summary>The size of the innermost matrices.</summary>
    /// <exception cref="EngineException">There are none.</exception>
    public static (int Rows, int Columns) Matrix(Value x) => x.Rank >= 2
        ? ((int)x.Dimensions[^2], (int)x.Dimensions[^1])
        : throw Failure.Invalid($"input must be at least 2-dim, received shape: {x.Shape}");

    /// <summary>These, if a matrix has them.</summary>
    /// <exception cref="EngineException">It does not.</exception>
    public DiagonalBand Inside(int rows, int columns) =>
        (Lower == 0 || (Lower > -rows && Lower < columns)) && (Upper == 0 || (Upper > -rows && Upper < columns))
            ? this
            : throw Failure.Invalid($"The diagonals {Lower}..{Upper} are out of bound: the matrix has {rows} rows and {columns} columns");

    /// <summary>The shape of the diagonals of a batch of matrices.</summary>
    public long[] Shape(ReadOnlySpan<long> batch, int length) => Count == 1 ? [.. batch, length] : [.. batch, Count, length];

    /// <summary>The size of the matrix that has these diagonals; −1 stands for a size that is open.</summary>
    /// <exception cref="EngineException">There is none of the given size.</exception>
    public (int Rows, int Columns) SizeOfMatrix(int length, long rows, long columns)
    {
        int leastRows = length - System.Math.Min(Upper, 0), leastColumns = length + System.Math.Max(Lower, 0);
        if ((rows != -1 && rows < leastRows) || (columns != -1 && columns < leastColumns))
        {
            throw Failure.Invalid($"The number of rows or columns is too small: {rows} and {columns} for at least {leastRows} and {leastColumns}.");
        }

        (rows, columns) = (rows, columns) switch
        {
            (-1, -1) => (System.Math.Max(leastRows, leastColumns), System.Math.Max(leastRows, leastColumns)),
            (-1, _) => (leastRows, columns),
            (_, -1) => (rows, leastColumns),
            _ => (rows, columns),
        };
        return rows == leastRows || columns == leastColumns
            ? (checked((int)rows), checked((int)columns))
            : throw Failure.Invalid($"The number of rows or columns is not consistent with the specified diagonals: {rows} and {columns} for {leastRows} or {leastColumns}.");
    }

    /// <summary>Visits all elements on these diagonals in a batch of matrices.</summary>
    public void Walk<T>(Span<T> matrices, Span<T> diagonals, (int Rows, int Columns, int Length) size, DiagonalMove<T> move)
    {
        int matrix = size.Rows * size.Columns, batch = Count * size.Length;
        int batches = batch == 0 ? 0 : diagonals.Length / batch;
        for (int b = 0; b < batches; b++)
        {
            for (int d = Upper, line = b * batch; d >= Lower; d--, line += size.Length)
            {
                int length = System.Math.Min(size.Columns - System.Math.Max(0, d), size.Rows + System.Math.Min(0, d));
                bool left = (d >= 0 && LeftAbove) || (d <= 0 && LeftBelow);
                int at = b * matrix + (d < 0 ? -d * size.Columns : d), to = line + (left ? 0 : size.Length - length);
                for (int i = 0; i < length; i++, at += size.Columns + 1, to++)
                {
                    move(ref matrices[at], ref diagonals[to]);
                }
            }
        }
    }
}
