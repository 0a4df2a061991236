namespace ModelSessions.Graphs.Ops;

/// <summary>Shape rules that many ops share.</summary>
internal static class Shapes
{
    /// <summary>All outputs have the first input's shape.</summary>
    public static void SameAsInput(ShapeContext c) => c.Outputs(c.Input(0));

    /// <summary>Each output has the shape of the input in the same place.</summary>
    public static void SameAsEachInput(ShapeContext c)
    {
        for (int i = 0; i < c.OutputCount; i++)
        {
            c.Output(i, c.Input(i));
        }
    }

    /// <summary>All outputs have the second input's shape.</summary>
    public static void SameAsSecondInput(ShapeContext c) => c.Outputs(c.Input(1));

    /// <summary>All outputs are scalars.</summary>
    public static void Scalar(ShapeContext c) => c.Outputs(Shape.Scalar);

    /// <summary>The inputs must have one shape; the outputs have it.</summary>
    public static void AllTheSame(ShapeContext c)
    {
        Shape shape = c.Input(0);
        for (int i = 1; i < c.InputCount; i++)
        {
            shape = c.Merge(shape, c.Input(i));
        }

        c.Outputs(shape);
    }

    /// <summary>The first two inputs are broadcast against each other.</summary>
    public static void Broadcast(ShapeContext c) => c.Outputs(Broadcast(c, c.Input(0), c.Input(1)));

    /// <summary>The shape that the first input's value says.</summary>
    public static void FromFirstValue(ShapeContext c) => c.Outputs(c.ShapeFrom(0));

    /// <summary>The attribute <c>shape</c>.</summary>
    public static void FromAttribute(ShapeContext c) => c.Outputs(c.Operation.Shape("shape"));

    /// <summary>The shapes that the attribute <c>output_shapes</c> states.</summary>
    public static void FromOutputShapes(ShapeContext c)
    {
        var shapes = c.Operation.Attributes["output_shapes"].List.Shape;
        if (shapes.Count > 0 && shapes.Count != c.OutputCount)
        {
            throw c.Error($"it has {c.OutputCount} outputs, and the attribute 'output_shapes' has {shapes.Count} shapes.");
        }

        for (int i = 0; i < shapes.Count; i++)
        {
            c.Output(i, Shape.FromProto(shapes[i]));
        }
    }

    /// <summary>All outputs are of one unknown length.</summary>
    public static void UnknownVector(ShapeContext c) => c.Outputs(Shape.OfRank(1));

    /// <summary>The shape to which two shapes are stretched.</summary>
    /// <exception cref="GraphException">Two sizes differ and neither is 1.</exception>
    public static Shape Broadcast(ShapeContext c, Shape x, Shape y)
    {
        if (!x.HasRank || !y.HasRank)
        {
            return Shape.Unknown;
        }

        if (x.Equals(y) && x.IsFullyDefined)
        {
            return x;
        }

        int rank = Math.Max(x.Rank, y.Rank);
        long[] sizes = new long[rank];
        for (int i = 1; i <= rank; i++)
        {
            sizes[rank - i] = Stretch(c, i <= x.Rank ? x[x.Rank - i] : 1, i <= y.Rank ? y[y.Rank - i] : 1);
        }

        return new Shape(sizes);
    }

    /// <summary>A shape without some of its leading and trailing dimensions; unknown if the rank is.</summary>
    public static Shape Sub(Shape shape, int start, int end) => shape.HasRank
        ? new Shape(shape.Dimensions[(start < 0 ? start + shape.Rank : start)..(end < 0 ? end + shape.Rank : end)])
        : Shape.Unknown;

    /// <summary>One shape's dimensions after another's; unknown if a rank is.</summary>
    public static Shape Concat(Shape x, Shape y) => x.HasRank && y.HasRank ? new Shape([.. x.Dimensions, .. y.Dimensions]) : Shape.Unknown;

    private static long Stretch(ShapeContext c, long x, long y) => (x, y) switch
    {
        (1, _) => y,
        (_, 1) => x,
        ( < 0, > 1) => y,
        ( > 1, < 0) => x,
        ( < 0, _) or (_, < 0) => -1,
        _ => c.MergeSize(x, y),
    };
}
