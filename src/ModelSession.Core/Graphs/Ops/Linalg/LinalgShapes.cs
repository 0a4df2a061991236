namespace ModelSessions.Graphs.Ops;

/// <summary>Shapes of what is computed from batches of matrices.</summary>
internal static class LinalgShapes
{
    /// <summary>The first input's shape, which must be square matrices.</summary>
    /// <exception cref="GraphException">They are known not to be.</exception>
    public static Shape SquareInput(ShapeContext c)
    {
        Shape input = c.InputAtLeast(0, 2);
        if (!input.HasRank)
        {
            return input;
        }

        long size = c.MergeSize(input[-2], input[-1]);
        return input.With(-2, size).With(-1, size);
    }

    /// <summary>The dimensions before the matrices.</summary>
    public static Shape Batch(Shape shape) => Shapes.Sub(shape, 0, shape.Rank - 2);

    /// <summary>The smaller of two sizes; unknown if one is.</summary>
    public static long Least(long rows, long columns) => rows == 0 || columns == 0 ? 0 : rows < 0 || columns < 0 ? -1 : Math.Min(rows, columns);

    public static void Square(ShapeContext c) => c.Output(0, SquareInput(c));

    /// <summary>A number for each matrix.</summary>
    public static void Determinant(ShapeContext c)
    {
        Shape square = SquareInput(c);
        c.Outputs(Batch(square));
    }

    /// <summary>The right sides' shape, with broadcast batches.</summary>
    public static void Solve(ShapeContext c)
    {
        Shape square = SquareInput(c), right = c.InputAtLeast(1, 2);
        if (!square.HasRank || !right.HasRank)
        {
            return;
        }

        long rows = c.MergeSize(square[-1], right[-2]);
        c.Output(0, [.. Shapes.Broadcast(c, Batch(square), Batch(right)), rows, right[-1]]);
    }

    /// <summary>The right sides' shape; batches must be the same.</summary>
    public static void SolvePlain(ShapeContext c)
    {
        Shape square = SquareInput(c), right = c.InputAtLeast(1, 2);
        if (!square.HasRank || !right.HasRank)
        {
            return;
        }

        long rows = c.MergeSize(square[-1], right[-2]);
        c.Output(0, [.. c.Merge(Batch(square), Batch(right)), rows, right[-1]]);
    }

    /// <summary>Solutions of systems that need not be square.</summary>
    public static void LeastSquares(ShapeContext c)
    {
        Shape left = c.InputAtLeast(0, 2), right = c.InputAtLeast(1, 2);
        _ = c.Input(2, 0);
        if (!left.HasRank || !right.HasRank)
        {
            return;
        }

        c.MergeSize(left[-2], right[-2]);
        c.Output(0, [.. c.Merge(Batch(left), Batch(right)), left[-1], right[-1]]);
    }
}
