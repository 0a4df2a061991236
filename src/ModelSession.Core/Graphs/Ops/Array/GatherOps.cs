namespace ModelSessions.Graphs.Ops;

/// <summary>Rows and elements chosen by number.</summary>
internal static class GatherOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineSlices("Gather", GatherShape, GatherGradient, c => GatherValue(c));
        ops.DefineSlices("GatherNd", GatherNdShape, GatherNdGradient);
        ops.DefineSlices("GatherV2", GatherV2Shape, GatherV2Gradient, c => GatherValue(c));
        ops.Define("ScatterNd", c => c.Output(0, ScatterRule.Check(c, c.ShapeFrom(2), 0)), (g, op, dy) => [null, g.Add("GatherNd", dy[0], op.Inputs[0]), null]);
        ops.Define("ScatterNdNonAliasingAdd", ScatterRule.Shape, (g, op, dy) => [dy[0], null, g.Add("GatherNd", dy[0], op.Inputs[1])]);
        ops.Define("TensorScatterAdd", ScatterRule.Shape, (g, op, dy) =>
        {
            GraphTensor updates = g.Add("GatherNd", dy[0], op.Inputs[1]);
            return [g.Identity(dy[0]), null, updates];
        });
        ops.Define("TensorScatterMax", ScatterRule.Shape, TensorScatterExtremeGradient);
        ops.Define("TensorScatterMin", ScatterRule.Shape, TensorScatterExtremeGradient);
        ops.Define("TensorScatterSub", ScatterRule.Shape, (g, op, dy) =>
        {
            GraphTensor updates = g.Add("GatherNd", dy[0], op.Inputs[1]);
            return [g.Identity(dy[0]), null, -updates];
        });
        ops.Define("TensorScatterUpdate", ScatterRule.Shape, TensorScatterUpdateGradient);
    }

    private static void GatherShape(ShapeContext c) =>
        c.Output(0, Shapes.Concat(c.Input(1), Shapes.Sub(c.InputAtLeast(0, 1), 1, c.Input(0).Rank)));

    private static void GatherV2Shape(ShapeContext c)
    {
        _ = c.Input(2, 0);
        Shape values = c.InputAtLeast(0, 1), indices = c.Input(1);
        if (!values.HasRank || !indices.HasRank)
        {
            return;
        }

        int batch = (int)c.Int("batch_dims");
        batch = batch < 0 ? batch + indices.Rank : batch;
        if (batch < 0 || batch > Math.Min(indices.Rank, values.Rank))
        {
            throw c.Error($"batch_dims is {c.Int("batch_dims")}; indices {indices} and values {values} have no such dimensions in common.");
        }

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
        if (c.Value(0) is not { IsVector: true } values || c.Value(1) is not { } indices || (c.InputCount == 3 && !c.TryScalar(2, out _)))
        {
            return;
        }

        long[] items = [.. indices.Items.Select(i => i >= 0 && i < values.Items.Count ? values.Items[(int)i] : PartialValue.Unknown)];
        c.SetValue(0, PartialValue.Vector(items).As(indices.Shape));
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

    // Brings the axis behind the batch dimensions, sums there by flat numbers, and brings it back.
    private static GraphTensor AxisGradient(GraphBuilder g, GraphOperation op, GraphTensor dy, GraphTensor shape)
    {
        GraphTensor indices = op.Inputs[1], axis = op.Inputs[2];
        int batch = (int)op.Int("batch_dims");
        if (batch < 0)
        {
            batch += indices.Shape.HasRank
                ? indices.Shape.Rank
                : throw new GraphException(StatusCode.InvalidArgument, $"'{op.Name}': its batch_dims are counted from the end of indices of unknown rank.", op.Name);
        }

        g.ExpandDims(g.SizeOf(indices), 0);
        GraphTensor outer = g.Range(shape, null, axis), inner = g.Range(g.Range(shape, axis, null), 1, null);
        GraphTensor flat = g.Concat([outer, (long[])[-1], inner], 0);
        GraphTensor rank = g.SizeOf(flat), outerRank = g.SizeOf(outer);
        GraphTensor batchAxes = g.Sequence(0, batch), outerAxes = g.Sequence(batch, outerRank), innerAxes = g.Sequence(outerRank + 1, rank);
        GraphTensor values = g.Reshape(dy, flat);
        GraphTensor order = g.Concat([batchAxes, (Operand[])[outerRank], outerAxes, innerAxes], 0);
        GraphTensor front = g.Transpose(values, order);
        GraphTensor frontShape = g.Gather(shape, order);
        GraphTensor sum = BatchSum(g, frontShape, front, indices, batch, g.Element(shape, axis));
        GraphTensor back = g.Transpose(sum, g.Concat([batchAxes, outerAxes + 1, (long[])[batch], innerAxes], 0));
        return g.Reshape(back, g.ShapeOf(op.Inputs[0]));
    }

    private static GraphTensor BatchSum(GraphBuilder g, GraphTensor shape, GraphTensor values, GraphTensor indices, int batch, GraphTensor size)
    {
        GraphTensor count = g.ExpandDims(g.SizeOf(indices), 0);
        if (batch == 0)
        {
            return g.Add("UnsortedSegmentSum", values, g.Reshape(indices, count), size);
        }

        GraphTensor valuesShape = g.ShapeOf(values);
        GraphTensor outer = g.Range(valuesShape, null, batch), inner = g.Range(g.Range(valuesShape, batch, null), 1, null);
        GraphTensor batchSize = g.Add("Prod", outer, (long[])[0]);
        GraphTensor flat = g.Concat([(long[])[-1], inner], 0);
        GraphTensor segments = size * batchSize;
        GraphTensor numbers = BatchNumbers(g, shape, indices, batch);
        GraphTensor sum = g.Add("UnsortedSegmentSum", g.Reshape(values, flat), g.Reshape(numbers, count), segments);
        return g.Reshape(sum, g.Concat([outer, flat], 0));
    }

    // Row numbers that count through all batches.
    private static GraphTensor BatchNumbers(GraphBuilder g, GraphTensor shape, GraphTensor indices, int batch)
    {
        DType dtype = indices.DType;
        GraphTensor sizes = g.Cast(shape, dtype), stride = g.Ones(Shape.Scalar, dtype);
        for (int axis = batch; axis > 0; axis--)
        {
            GraphTensor length = g.Element(sizes, axis - 1);
            stride *= g.Element(sizes, axis);
            GraphTensor offsets = g.Sequence(g.Zeros(Shape.Scalar, dtype), length, g.Ones(Shape.Scalar, dtype)) * stride;
            GraphTensor before = g.Tile((long[])[1], (long[])[axis - 1]);
            GraphTensor after = g.Tile((long[])[1], (Operand[])[g.RankOf(indices) - axis]);
            GraphTensor aligned = g.Concat([g.Cast(before, dtype), (Operand[])[length], g.Cast(after, dtype)], 0);
            indices += g.Reshape(offsets, aligned);
        }

        return indices;
    }

    private static Gradient?[] GatherNdGradient(GraphBuilder g, GraphOperation op, Gradient?[] dy)
    {
        GraphTensor indices = op.Inputs[1], shape = g.ShapeOf(op.Inputs[0], indices.DType);
        GraphTensor values = dy[0]!.ToDense(g);
        bool rows = indices.Shape.Rank == 2 && indices.Shape[1] == 1;
        return rows
            ? [Gradient.OfSlices(values, g.Squeeze(indices, [-1]), shape), null]
            : [Gradient.Of(g.Add("ScatterNd", indices, values, shape)), null];
    }

    // Elements that are equally extreme share the gradient.
    private static GraphTensor?[] TensorScatterExtremeGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor indices, GraphTensor y, GraphTensor result) = (op.Inputs[0], op.Inputs[1], op.Inputs[2], op.Outputs[0]);
        GraphTensor fromX = g.Cast(g.Equal(x, result), dy[0].DType);
        GraphTensor fromY = g.Cast(g.Equal(y, g.Add("GatherNd", result, indices)), dy[0].DType);
        GraphTensor all = fromX + g.Add("ScatterNd", indices, fromY, g.ShapeOf(x, indices.DType));
        GraphTensor gx = dy[0] * fromX / all;
        return [gx, null, g.Add("GatherNd", dy[0] / all, indices) * fromY];
    }

    private static GraphTensor?[] TensorScatterUpdateGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor updates = g.Add("GatherNd", dy[0], op.Inputs[1]);
        GraphTensor rest = g.Add("TensorScatterUpdate", g.Identity(dy[0]), op.Inputs[1], g.ZerosLike(op.Inputs[2]));
        return [rest, null, updates];
    }
}
