namespace ModelSessions.Graphs.Ops;

/// <summary>Gradients of ops that stretch their arguments: what was stretched is summed up again.</summary>
internal static class Broadcasting
{
    /// <summary>Brings the gradients of two arguments to the arguments' shapes. A null gradient stays null.</summary>
    public static GraphTensor?[] Reduce(GraphBuilder g, GraphTensor x, GraphTensor y, GraphTensor? gx, GraphTensor? gy)
    {
        GraphTensor xShape = g.ShapeOf(x), yShape = g.ShapeOf(y);
        if (StretchedAxes(x.Shape, y.Shape) is not var (xAxes, yAxes))
        {
            GraphOperation axes = g.AddOperation("BroadcastGradientArgs", null, null, xShape, yShape);
            return [SumTo(g, gx, axes.Outputs[0], xShape), SumTo(g, gy, axes.Outputs[1], yShape)];
        }

        return
        [
            xAxes.Length > 0 || x.Shape.Rank < y.Shape.Rank ? SumTo(g, gx, xAxes, xShape) : gx,
            yAxes.Length > 0 || y.Shape.Rank < x.Shape.Rank ? SumTo(g, gy, yAxes, yShape) : gy,
        ];
    }

    /// <summary>Whether three tensors have one and the same known shape, so that nothing was stretched.</summary>
    public static bool IsPlain(GraphTensor x, GraphTensor y, GraphTensor gradient) =>
        x.Shape.IsFullyDefined && x.Shape.Equals(y.Shape) && x.Shape.Equals(gradient.Shape);

    /// <summary>A gradient summed over axes that a run finds, in the shape of an argument: for ops whose rule knows no shapes.</summary>
    public static GraphTensor SumOver(GraphBuilder g, GraphTensor gradient, GraphTensor axes, GraphTensor shape) =>
        g.Reshape(g.ReduceSum(gradient, axes), shape);

    private static GraphTensor? SumTo(GraphBuilder g, GraphTensor? gradient, Operand axes, GraphTensor shape) =>
        gradient is null ? null : g.Reshape(g.ReduceSum(gradient, axes, keepDims: true), shape);

    // Null where it depends on the data: an unknown size may be 1.
    private static (long[] X, long[] Y)? StretchedAxes(Shape x, Shape y)
    {
        if (!x.HasRank || !y.HasRank)
        {
            return null;
        }

        int rank = Math.Max(x.Rank, y.Rank);
        List<long> xAxes = [], yAxes = [];
        for (int axis = 0; axis < rank; axis++)
        {
            long xSize = axis < rank - x.Rank ? 1 : x[axis - (rank - x.Rank)];
            long ySize = axis < rank - y.Rank ? 1 : y[axis - (rank - y.Rank)];
            if (xSize == 1 && ySize != 1)
            {
                xAxes.Add(axis);
            }
            else if (ySize == 1 && xSize != 1)
            {
                yAxes.Add(axis);
            }
            else if (xSize < 0 || ySize < 0)
            {
                return null;
            }
        }

        return ([.. xAxes], [.. yAxes]);
    }
}
