namespace ModelSessions.Graphs.Ops;

/// <summary>Rows and elements chosen by number.</summary>
internal static class GatherOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineSlices("Gather", GatherShape, GatherGradient, c => GatherValue(c));
        ops.Define("GatherNd", GatherNdShape, (g, op, dy) => [ScatterNd(g, op, dy[0]), null]);
        ops.DefineSlices("GatherV2", GatherV2Shape, GatherV2Gradient, c => GatherValue(c));
        ops.Define("ScatterNd", c => c.Output(0, c.ShapeFrom(2)), (g, op, dy) => [null, g.Add("GatherNd", dy[0], op.Inputs[0]), null]);
        ops.Define("TensorScatterAdd", Shapes.SameAsInput, (g, op, dy) =>
        {
            GraphTensor updates = g.Add("GatherNd", dy[0], op.Inputs[1]);
            return [g.Identity(dy[0]), null, updates];
        });
        ops.Define("TensorScatterSub", Shapes.SameAsInput, (g, op, dy) =>
        {
            GraphTensor updates = g.Add("GatherNd", dy[0], op.Inputs[1]);
            return [g.Identity(dy[0]), null, -updates];
        });
        ops.Define("TensorScatterUpdate", Shapes.SameAsInput, TensorScatterUpdateGradient);
    }

    private static void GatherShape(ShapeContext c) =>
        c.Output(0, Shapes.Concat(c.Input(1), Shapes.Sub(c.InputAtLeast(0, 1), 1, c.Input(0).Rank)));

    private static void GatherV2Shape(ShapeContext c)
    {
        Shape values = c.InputAtLeast(0, 1), indices = c.Input(1);
        if (!values.HasRank || !indices.HasRank)
        {
            return;
        }

        int batch = (int)c.Int("batch_dims");
        batch = batch < 0 ? batch + indices.Rank : batch;
        if (!c.TryScalar(2, out long known))
        {
            c.Output(0, Shape.OfRank(values.Rank + indices.Rank - 1 - batch));
            return;
        }

        int axis = c.Axis(known, values.Rank);
        c.Output(0, new Shape([.. values.Dimensions[..axis], .. indices.Dimensions[batch..], .. values.Dimensions[(axis + 1)..]]));
    }

    private static void GatherValue(ShapeContext c)
    {
        if (c.Value(0) is not { IsScalar: false } values || c.Value(1) is not { } indices || (c.InputCount == 3 && !c.TryScalar(2, out _)))
        {
            return;
        }

        long[] items = [.. indices.Items.Select(i => i >= 0 && i < values.Items.Count ? values.Items[(int)i] : PartialValue.Unknown)];
        c.SetValue(0, indices.IsScalar ? PartialValue.Scalar(items[0]) : PartialValue.Vector(items));
    }

    private static void GatherNdShape(ShapeContext c)
    {
        Shape values = c.Input(0), indices = c.InputAtLeast(1, 1);
        if (values.HasRank && indices.HasRank && indices[-1] >= 0)
        {
            if (indices[-1] > values.Rank)
            {
                throw c.Error($"indices of {indices[-1]} numbers do not fit a tensor of shape {values}.");
            }

            c.Output(0, new Shape([.. indices.Dimensions[..^1], .. values.Dimensions[(int)indices[-1]..]]));
        }
    }

    private static Gradient?[] GatherGradient(GraphBuilder g, GraphOperation op, Gradient?[] dy)
    {
        GraphTensor shape;
        using (g.ColocateWith(op.Inputs[0].Operation))
        {
            shape = g.ShapeOf(op.Inputs[0]);
        }

        return [Rows(g, op.Inputs[1], dy[0]!, shape), null];
    }

    private static Gradient?[] GatherV2Gradient(GraphBuilder g, GraphOperation op, Gradient?[] dy)
    {
        GraphTensor shape;
        using (g.ColocateWith(op.Inputs[0].Operation))
        {
            shape = g.Cast(g.ShapeOf(op.Inputs[0], DType.Int64), DType.Int32);
        }

        return op.Inputs[2].Value is { Items: [0] }
            ? [Rows(g, op.Inputs[1], dy[0]!, shape), null, null]
            : [Gradient.Of(AxisGradient(g, op, dy[0]!.ToDense(g), shape)), null, null];
    }

    /// <summary>The gradient of rows that were gathered: slices.</summary>
    internal static Gradient Rows(GraphBuilder g, GraphTensor indices, Gradient dy, GraphTensor shape)
    {
        GraphTensor count = g.ExpandDims(g.SizeOf(indices), 0);
        GraphTensor sizes = g.Concat([count, g.Range(shape, 1, null)], 0);
        GraphTensor values = g.Reshape(dy.ToDense(g), sizes);
        return Gradient.OfSlices(values, g.Reshape(indices, count), shape);
    }

    // Brings the axis to the front, sums there, and brings it back.
    private static GraphTensor AxisGradient(GraphBuilder g, GraphOperation op, GraphTensor dy, GraphTensor shape)
    {
        if (op.Int("batch_dims") != 0)
        {
            throw new UnsupportedFeatureException($"'{op.Name}': the gradient of GatherV2 with batch_dims is not supported.", "gradient of GatherV2 with batch_dims");
        }

        GraphTensor indices = op.Inputs[1], axis = op.Inputs[2];
        GraphTensor count = g.ExpandDims(g.SizeOf(indices), 0);
        GraphTensor outer = Head(g, shape, axis), inner = g.Range(Tail(g, shape, axis), 1, null);
        GraphTensor flat = g.Reshape(dy, g.Concat([outer, (long[])[-1], inner], 0));
        GraphTensor outerCount = g.SizeOf(outer), rank = g.SizeOf(shape);
        GraphTensor outerAxes = g.Sequence(0, outerCount), innerAxes = g.Sequence(outerCount + 1, rank);
        GraphTensor front = g.Transpose(flat, g.Concat([(Operand[])[outerCount], outerAxes, innerAxes], 0));
        GraphTensor segments = g.Add("GatherV2", shape, axis, 0);
        GraphTensor sum = g.Add("UnsortedSegmentSum", front, g.Reshape(indices, count), segments);
        GraphTensor back = g.Transpose(sum, g.Concat([outerAxes + 1, (long[])[0], innerAxes], 0));
        return g.Reshape(back, g.ShapeOf(op.Inputs[0]));
    }

    private static GraphTensor Head(GraphBuilder g, GraphTensor vector, GraphTensor end) =>
        g.Slice(vector, (long[])[0], g.Reshape(g.Cast(end, DType.Int32), (long[])[1]));

    private static GraphTensor Tail(GraphBuilder g, GraphTensor vector, GraphTensor start) =>
        g.Slice(vector, g.Reshape(g.Cast(start, DType.Int32), (long[])[1]), (long[])[-1]);

    private static GraphTensor ScatterNd(GraphBuilder g, GraphOperation op, GraphTensor dy) =>
        g.Add("ScatterNd", op.Inputs[1], dy, g.ShapeOf(op.Inputs[0], op.Inputs[1].DType));

    private static GraphTensor?[] TensorScatterUpdateGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor updates = g.Add("GatherNd", dy[0], op.Inputs[1]);
        GraphTensor rest = g.Add("TensorScatterUpdate", g.Identity(dy[0]), op.Inputs[1], g.ZerosLike(op.Inputs[2]));
        return [rest, null, updates];
    }
}
