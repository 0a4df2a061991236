namespace ModelSessions.Graphs.Ops;

/// <summary>Something put around a tensor.</summary>
internal static class PadOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("MirrorPad", PadShape, (g, op, dy) => [g.Add("MirrorPadGrad", "MirrorPadGrad", NodeAttributes.From(op, "mode"), dy[0], op.Inputs[1]), null]);
        ops.Define("MirrorPadGrad", UnpadShape, (g, op, dy) => [g.Add("MirrorPad", "MirrorPad", NodeAttributes.From(op, "mode"), dy[0], op.Inputs[1]), null]);
        ops.Define("Pad", PadShape, PadGradient);
        ops.Define("PadV2", PadShape, PadGradient);
    }

    private static void PadShape(ShapeContext c) => Adjust(c, 1);

    private static void UnpadShape(ShapeContext c) => Adjust(c, -1);

    private static void Adjust(ShapeContext c, int sign)
    {
        Shape input = c.Input(0);
        c.MergeSize(c.Input(1, 2)[1], 2);
        long count = c.Input(1) is { Rank: 2 } matrix ? matrix[0] : -1;
        if (!input.HasRank)
        {
            c.Output(0, count is >= 0 and <= byte.MaxValue ? Shape.OfRank((int)count) : Shape.Unknown);
            return;
        }

        c.MergeSize(count, input.Rank);
        if (c.Value(1) is not { Items: var items } || items.Count != 2 * input.Rank)
        {
            c.Output(0, Shape.OfRank(input.Rank));
            return;
        }

        long[] sizes = input.Dimensions.ToArray();
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            long before = items[2 * axis], after = items[2 * axis + 1];
            if ((before < 0 && before != PartialValue.Unknown) || (after < 0 && after != PartialValue.Unknown))
            {
                throw c.Error($"paddings must not be negative; dimension {axis} has {before} and {after}.");
            }

            long both = before < 0 || after < 0 ? -1 : before + after;
            sizes[axis] = sign < 0 ? c.Subtract(sizes[axis], both) : sizes[axis] < 0 || both < 0 ? -1 : sizes[axis] + both;
        }

        c.Output(0, new Shape(sizes));
    }

    private static GraphTensor?[] PadGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor x = op.Inputs[0];
        GraphTensor before = g.Slice(op.Inputs[1], (long[])[0, 0], g.Stack([g.RankOf(x), 1]));
        GraphTensor begin = g.Reshape(before, (long[])[-1]);
        GraphTensor inner = g.Slice(dy[0], begin, g.ShapeOf(x, begin.DType));
        return op.Inputs.Count == 3 ? [inner, null, null] : [inner, null];
    }
}
