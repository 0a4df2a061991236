namespace ModelSessions.Cpu.Numerics;

/// <summary>What cells of recurrent networks share: input and state side by side are one row for one product.</summary>
internal static class Recurrent
{
    /// <summary>Rows of two matrices side by side.</summary>
    public static void Join<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, int rows, Span<T> joined)
    {
        int l = rows == 0 ? 0 : left.Length / rows, r = rows == 0 ? 0 : right.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            left.Slice(row * l, l).CopyTo(joined[(row * (l + r))..]);
            right.Slice(row * r, r).CopyTo(joined[(row * (l + r) + l)..]);
        }
    }

    /// <summary>Columns of a matrix, from one on.</summary>
    public static void Part<T>(ReadOnlySpan<T> joined, int rows, int from, Span<T> part)
    {
        int wide = rows == 0 ? 0 : joined.Length / rows, length = rows == 0 ? 0 : part.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            joined.Slice(row * wide + from, length).CopyTo(part[(row * length)..]);
        }
    }

    /// <summary>Adds the rows of a matrix to a vector.</summary>
    public static void AddRows<T>(ReadOnlySpan<T> matrix, Span<T> sum)
        where T : System.Numerics.INumberBase<T>
    {
        for (int at = 0; at < matrix.Length; at += sum.Length)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(sum, matrix.Slice(at, sum.Length), sum);
        }
    }
}
