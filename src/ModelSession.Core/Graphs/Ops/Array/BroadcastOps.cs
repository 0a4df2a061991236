namespace ModelSessions.Graphs.Ops;

/// <summary>Stretching and repeating.</summary>
internal static class BroadcastOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("BroadcastArgs", c => c.Output(0, c.Input(0).Rank == 1 && c.Input(1).Rank == 1 && c.Input(0)[0] >= 0 && c.Input(1)[0] >= 0
            ? [Math.Max(c.Input(0)[0], c.Input(1)[0])]
            : Shape.OfRank(1)));
        ops.DefineStop("BroadcastGradientArgs", Shapes.UnknownVector, BroadcastGradientValue);
        ops.Define("BroadcastTo", StretchedShape, BroadcastToGradient);
        ops.Define("Tile", TileShape, TileGradient, TileValue);
    }

    // What is larger than 1 stays.
    private static void StretchedShape(ShapeContext c)
    {
        Shape input = c.Input(0), output = c.ShapeFrom(1);
        if (input.HasRank && output.HasRank)
        {
            if (input.Rank > output.Rank)
            {
                throw c.Error($"{input} has more dimensions than {output}.");
            }

            for (int i = 1; i <= input.Rank; i++)
            {
                int at = output.Rank - i;
                output = input[input.Rank - i] > 1 ? output.With(at, c.MergeSize(input[input.Rank - i], output[at])) : output;
            }
        }

        c.Output(0, output);
    }

    // The axes along which each of two shapes is stretched; of those where both have size 1 each has both, as in TensorFlow.
    private static void BroadcastGradientValue(ShapeContext c)
    {
        if (c.Value(0) is not { IsVector: true, IsKnown: true } x || c.Value(1) is not { IsVector: true, IsKnown: true } y)
        {
            return;
        }

        int rank = Math.Max(x.Items.Count, y.Items.Count);
        List<long> ofX = [], ofY = [];
        for (int axis = 0; axis < rank; axis++)
        {
            int atX = axis - rank + x.Items.Count, atY = axis - rank + y.Items.Count;
            long sizeX = atX < 0 ? 1 : x.Items[atX], sizeY = atY < 0 ? 1 : y.Items[atY];
            if (sizeX == 1)
            {
                ofX.Add(axis);
            }

            if (sizeY == 1)
            {
                ofY.Add(axis);
            }
        }

        foreach ((int output, List<long> axes) in ((int, List<long>)[])[(0, ofX), (1, ofY)])
        {
            c.Output(output, [axes.Count]);
            c.SetValue(output, PartialValue.Vector([.. axes]));
        }
    }

    private static void TileShape(ShapeContext c)
    {
        Shape input = c.Input(0), multiples = c.ShapeFrom(1);
        if (!multiples.HasRank)
        {
            c.Output(0, input.HasRank ? Shape.OfRank(input.Rank) : Shape.Unknown);
            return;
        }

        input = c.Input(0, multiples.Rank);
        c.Output(0, new Shape([.. input.Zip(multiples, (size, times) => size < 0 || times < 0 ? -1 : size * times)]));
    }

    private static void TileValue(ShapeContext c)
    {
        if (c.Value(0) is { IsVector: true } value && c.TryScalar(1, out long times) && times >= 0 && times * value.Items.Count <= PartialValue.MaxLength)
        {
            c.SetValue(0, PartialValue.Vector([.. Enumerable.Repeat(value.Items, (int)times).SelectMany(items => items)]));
        }
    }

    private static GraphTensor?[] TileGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor shape = g.ShapeOf(op.Inputs[0], op.Inputs[1].DType);
        // Times and size of each dimension in turn: [t0, s0, t1, s1 …]; the sum goes over the times.
        GraphTensor split = g.Reshape(g.Transpose(g.Stack([op.Inputs[1], shape])), (long[])[-1]);
        GraphTensor axes = g.Sequence(0, g.SizeOf(split), 2);
        GraphTensor sum = g.ReduceSum(g.Reshape(dy[0], split), axes);
        sum.MergeShape(op.Inputs[0].Shape);
        return [sum, null];
    }

    private static GraphTensor?[] BroadcastToGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor target = op.Inputs[1];
        GraphTensor shape = g.ShapeOf(op.Inputs[0], target.DType);
        if (target.Value is { IsKnown: true } known)
        {
            target = g.Constant(Scalars.CreateVector([.. known.Items], target.DType));
        }

        GraphOperation axes = g.AddOperation("BroadcastGradientArgs", null, null, target, shape);
        return [g.Reshape(g.ReduceSum(dy[0], axes.Outputs[1], keepDims: true), shape), null];
    }
}
