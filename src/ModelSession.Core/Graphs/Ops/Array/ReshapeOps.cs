namespace ModelSessions.Graphs.Ops;

/// <summary>The same elements in another shape.</summary>
internal static class ReshapeOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Bitcast", BitcastShape);
        ops.Define("EnsureShape", c => c.Output(0, c.Merge(c.Input(0), c.Operation.Shape("shape"))), (g, op, dy) => [dy[0]]);
        ops.Define("ExpandDims", ExpandDimsShape, ReshapeBack, PassValue);
        ops.Define("Reshape", ReshapeShape, ReshapeBack, PassValue);
        ops.Define("Squeeze", SqueezeShape, (g, op, dy) => [g.Reshape(dy[0], g.ShapeOf(op.Inputs[0]))], PassValue);
    }

    private static void BitcastShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        int from = c.Operation.DType("T").Size(), to = c.Operation.DType("type").Size();
        if (!input.HasRank || from == to || from <= 0 || to <= 0)
        {
            c.Output(0, input);
            return;
        }

        if (from < to)
        {
            c.MergeSize(c.InputAtLeast(0, 1)[-1], to / from);
        }

        c.Output(0, from > to ? new Shape([.. input.Dimensions, from / to]) : Shapes.Sub(input, 0, input.Rank - 1));
    }

    private static GraphTensor?[] ReshapeBack(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [g.Reshape(dy[0], g.ShapeOf(op.Inputs[0])), null];

    private static void PassValue(ShapeContext c) => c.SetValue(0, c.Value(0)?.As(c.Operation.Outputs[0].Shape));

    private static void ReshapeShape(ShapeContext c)
    {
        Shape input = c.Input(0), wanted = c.ShapeFrom(1);
        c.Output(0, input.IsFullyDefined && wanted.HasRank ? FillOpenSize(c, input, wanted) : wanted);
    }

    // One unknown size follows from the number of elements, whether it was left open or is not known yet.
    private static Shape FillOpenSize(ShapeContext c, Shape input, Shape wanted)
    {
        long known = 1;
        foreach (long size in wanted)
        {
            known *= size < 0 ? 1 : size;
        }

        int open = wanted.Dimensions.Count(-1L);
        bool fits = open switch
        {
            0 => known == input.ElementCount,
            1 => known == 0 ? input.ElementCount == 0 : input.ElementCount % known == 0,
            _ => true,
        };
        if (!fits)
        {
            throw c.Error($"a tensor of shape {input} ({input.ElementCount:n0} elements) cannot become {wanted} ({known:n0} elements{(open > 0 ? " times the open size" : "")}).");
        }

        return open == 1 && known > 0 ? wanted.With(wanted.Dimensions.IndexOf(-1L), input.ElementCount / known) : wanted;
    }

    private static void ExpandDimsShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        if (!input.HasRank)
        {
            return;
        }

        if (!c.TryScalar(1, out long axis))
        {
            c.Output(0, Shape.OfRank(input.Rank + 1));
            return;
        }

        int at = c.Axis(axis, input.Rank + 1);
        c.Output(0, new Shape([.. input.Dimensions[..at], 1, .. input.Dimensions[at..]]));
    }

    private static void SqueezeShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        if (!input.HasRank)
        {
            return;
        }

        HashSet<int> axes = [.. c.Operation.Ints("squeeze_dims").Select(axis => c.Axis(axis, input.Rank))];
        if (axes.Count == 0 && !input.IsFullyDefined)
        {
            return;
        }

        List<long> sizes = [];
        for (int axis = 0; axis < input.Rank; axis++)
        {
            bool squeezed = axes.Count == 0 ? input[axis] == 1 : axes.Contains(axis);
            if (squeezed && input[axis] >= 0 && input[axis] != 1)
            {
                throw c.Error($"dimension {axis} of {input} is not of size 1.");
            }

            if (!squeezed)
            {
                sizes.Add(input[axis]);
            }
        }

        c.Output(0, new Shape([.. sizes]));
    }
}
