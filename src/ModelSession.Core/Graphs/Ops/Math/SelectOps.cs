namespace ModelSessions.Graphs.Ops;

/// <summary>Choices by a condition.</summary>
internal static class SelectOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("ClipByValue", Shapes.SameAsInput, ClipGradient);
        ops.Define("Select", SelectShape, SelectGradient);
        ops.Define("SelectV2", c => c.Output(0, Shapes.Broadcast(c, c.Input(0), Shapes.Broadcast(c, c.Input(1), c.Input(2)))), SelectV2Gradient);
    }

    // The condition is a scalar, chooses rows, or has the shape of both.
    private static void SelectShape(ShapeContext c)
    {
        Shape shape = c.Merge(c.Input(1), c.Input(2)), condition = c.Input(0);
        if (condition.Rank > 1 || (condition.HasRank && shape.Rank == 0))
        {
            shape = c.Merge(shape, condition);
        }
        else if (condition.Rank == 1 && shape.HasRank)
        {
            shape = shape.With(0, c.MergeSize(shape[0], condition[0]));
        }

        c.Output(0, shape);
    }

    private static GraphTensor?[] SelectGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor zeros = g.ZerosLike(op.Inputs[1]);
        GraphTensor gx = g.Add("Select", op.Inputs[0], dy[0], zeros);
        return [null, gx, g.Add("Select", op.Inputs[0], zeros, dy[0])];
    }

    private static GraphTensor?[] ClipGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor low, GraphTensor high) = (op.Inputs[0], op.Inputs[1], op.Inputs[2]);
        GraphTensor xShape = g.ShapeOf(x), lowShape = g.ShapeOf(low), highShape = g.ShapeOf(high);
        GraphTensor zeros = g.Zeros(g.ShapeOf(dy[0]), dy[0].DType);
        GraphTensor below = x.Less(low), above = x.Greater(high);
        GraphTensor lowAxes = g.AddOperation("BroadcastGradientArgs", null, null, xShape, lowShape).Outputs[1];
        GraphTensor highAxes = g.AddOperation("BroadcastGradientArgs", null, null, xShape, highShape).Outputs[1];
        GraphTensor gx = g.Add("Select", g.Add("LogicalOr", below, above), zeros, dy[0]);
        GraphTensor gLow = g.Add("Select", below, dy[0], zeros), gHigh = g.Add("Select", above, dy[0], zeros);
        return [gx, Broadcasting.SumOver(g, gLow, lowAxes, lowShape), Broadcasting.SumOver(g, gHigh, highAxes, highShape)];
    }

    private static GraphTensor?[] SelectV2Gradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor zeros = g.Zeros(Shape.Scalar, dy[0].DType);
        GraphTensor gx = g.Where(op.Inputs[0], dy[0], zeros), gy = g.Where(op.Inputs[0], zeros, dy[0]);
        return
        [
            null,
            Broadcasting.Reduce(g, op.Inputs[1], op.Outputs[0], gx, null)[0],
            Broadcasting.Reduce(g, op.Inputs[2], op.Outputs[0], gy, null)[0],
        ];
    }
}
