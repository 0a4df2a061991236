using ModelSessions.Graphs.Gradients;

namespace ModelSessions.Graphs.Ops;

/// <summary>Tensors put together.</summary>
internal static class ConcatOps
{
    // Beyond as many inputs, Split is cheaper than a slice for each.
    private const int MostSlices = 16;

    public static void Define(OpTable ops)
    {
        ops.Define("Concat", c => ConcatShape(c, 1, c.InputCount, 0), (g, op, dy) => ConcatGradient(g, op, dy[0], axisFirst: true), c => ConcatValue(c, 1, c.InputCount, 0));
        ops.DefineStop("ConcatOffset", ConcatOffsetShape);
        ops.Define("ConcatV2", c => ConcatShape(c, 0, c.InputCount - 1, c.InputCount - 1), (g, op, dy) => ConcatGradient(g, op, dy[0], axisFirst: false), c => ConcatValue(c, 0, c.InputCount - 1, c.InputCount - 1));
        ops.Define("Pack", PackShape, PackGradient, PackValue);
        ops.Define("ParallelConcat", Shapes.FromAttribute);
    }

    private static void ConcatShape(ShapeContext c, int first, int end, int axisInput)
    {
        int rank = -1;
        _ = c.Input(axisInput, 0);
        for (int i = first; i < end; i++)
        {
            rank = rank < 0 ? c.Input(i).Rank : rank;
            if (c.Input(i).Rank == 0)
            {
                throw c.Error($"scalars have no axis along which to join them; '{c.Operation.Inputs[i].Name}' is one.");
            }
        }

        if (rank < 0)
        {
            return;
        }

        if (!c.TryScalar(axisInput, out long axis))
        {
            c.Output(0, Shape.OfRank(rank));
            return;
        }

        int at = c.Axis(axis, rank);
        Shape joined = Shape.OfRank(rank);
        long total = 0;
        for (int i = first; i < end; i++)
        {
            Shape input = c.Input(i, rank);
            total = total < 0 || input[at] < 0 ? -1 : total + input[at];
            joined = c.Merge(joined, input.With(at, -1));
        }

        c.Output(0, joined.With(at, total));
    }

    private static void ConcatValue(ShapeContext c, int first, int end, int axisInput)
    {
        Shape shape = c.Operation.Outputs[0].Shape;
        if (shape.HasRank && c.TryScalar(axisInput, out long axis) && Values(c, first, end) is { } values)
        {
            c.SetValue(0, PartialValue.Join(values, shape, c.Axis(axis, shape.Rank)));
        }
    }

    // What is not known of one input leaves its items unknown.
    private static List<PartialValue>? Values(ShapeContext c, int first, int end)
    {
        List<PartialValue> values = [];
        for (int i = first; i < end; i++)
        {
            if ((c.Value(i) ?? PartialValue.Filled(c.Input(i), PartialValue.Unknown)) is not { } value)
            {
                return null;
            }

            values.Add(value);
        }

        return values;
    }

    private static void ConcatOffsetShape(ShapeContext c)
    {
        for (int i = 0; i < c.OutputCount; i++)
        {
            c.Output(i, c.Input(i + 1));
        }
    }

    private static GraphTensor?[] ConcatGradient(GraphBuilder g, GraphOperation op, GraphTensor dy, bool axisFirst)
    {
        GraphTensor[] values = axisFirst ? [.. op.Inputs.Skip(1)] : [.. op.Inputs.SkipLast(1)];
        GraphTensor axis = axisFirst ? op.Inputs[0] : op.Inputs[^1];
        GraphTensor?[] parts = values.Length == 1 ? [dy] : Parts(g, dy, values, axis);
        return axisFirst ? [null, .. parts] : [.. parts, null];
    }

    private static GraphTensor?[] Parts(GraphBuilder g, GraphTensor dy, GraphTensor[] values, GraphTensor axis)
    {
        // In the gradient of a loop, a constant axis becomes a constant there first.
        axis = g.State.Flow is BackwardLoop loop ? loop.Bring(axis) : axis;
        GraphTensor positive = axis % g.RankOf(values[0]);
        IReadOnlyList<GraphTensor> shapes = Sizes(g, values);
        if (shapes.Count > MostSlices)
        {
            GraphTensor along = g.Slice(g.Stack([.. shapes.Select(shape => (Operand)shape)], 1), (Operand[])[positive, 0], (long[])[1, -1]);
            GraphTensor sizes = g.Squeeze(along);
            NodeAttributes count = new() { ["num_split"] = shapes.Count };
            return [.. g.AddOperation("SplitV", "split", count, dy, sizes, positive).Outputs];
        }

        GraphOperation offsets = g.AddOperation("ConcatOffset", null, null, [positive, .. shapes.Select(shape => (Operand)shape)]);
        return [.. offsets.Outputs.Select((offset, i) => g.Slice(dy, offset, shapes[i]))];
    }

    private static IReadOnlyList<GraphTensor> Sizes(GraphBuilder g, GraphTensor[] values)
    {
        List<GraphTensor> sizes = [];
        foreach (GraphTensor value in values)
        {
            GraphTensor shape = g.ShapeOf(value);
            if (shape.Operation.Type != "Const")
            {
                return g.AddOperation("ShapeN", null, null, [.. values.Select(other => (Operand)other)]).Outputs;
            }

            sizes.Add(shape);
        }

        return sizes;
    }

    private static void PackShape(ShapeContext c)
    {
        Shape item = c.Input(0);
        for (int i = 1; i < c.InputCount; i++)
        {
            item = c.Merge(item, c.Input(i));
        }

        if (item.HasRank)
        {
            int axis = c.Axis(c.Int("axis"), item.Rank + 1);
            c.Output(0, new Shape([.. item.Dimensions[..axis], c.InputCount, .. item.Dimensions[axis..]]));
        }
    }

    private static void PackValue(ShapeContext c)
    {
        Shape shape = c.Operation.Outputs[0].Shape;
        if (shape.HasRank && Values(c, 0, c.InputCount) is { } values)
        {
            c.SetValue(0, PartialValue.Join(values, shape, c.Axis(c.Int("axis"), shape.Rank)));
        }
    }

    private static GraphTensor?[] PackGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [.. g.AddOperation("Unpack", "unstack", new() { ["num"] = op.Int("N"), ["axis"] = op.Int("axis") }, dy[0]).Outputs];
}
