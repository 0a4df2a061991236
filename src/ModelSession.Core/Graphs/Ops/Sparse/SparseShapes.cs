namespace ModelSessions.Graphs.Ops;

/// <summary>Shapes of the parts of sparse tensors: indices [n, rank], values [n], the shape [rank].</summary>
internal static class SparseShapes
{
    /// <summary>What three inputs that are a sparse tensor tell of the number of its elements and of its rank; −1 is unknown.</summary>
    /// <exception cref="GraphException">They do not fit together.</exception>
    public static (long Count, long Rank) Input(ShapeContext c, int indices, int values, int shape)
    {
        Shape index = c.Input(indices, 2);
        long count = c.MergeSize(index[0], c.Input(values, 1)[0]);
        return (count, c.MergeSize(index[1], c.Input(shape, 1)[0]));
    }

    /// <summary>Sets three outputs that are a sparse tensor.</summary>
    public static void Output(ShapeContext c, int first, long count, long rank)
    {
        c.Output(first, [count, rank]);
        c.Output(first + 1, [count]);
        c.Output(first + 2, [rank]);
    }

    /// <summary>A sparse tensor of nothing known.</summary>
    public static void Unknown(ShapeContext c) => Output(c, 0, -1, -1);

    /// <summary>The values' shape of a sparse input.</summary>
    public static void SameValues(ShapeContext c) => c.Output(0, [Input(c, 0, 1, 2).Count]);
}
