namespace ModelSessions.Graphs.Ops;

/// <summary>Sums and other reductions of rows by segment numbers.</summary>
internal static class SegmentOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("SegmentMax", SortedShape, SegmentExtremeGradient);
        ops.Define("SegmentMean", SortedShape, SegmentMeanGradient);
        ops.Define("SegmentMin", SortedShape, SegmentExtremeGradient);
        ops.Define("SegmentProd", SortedShape, SegmentProductGradient);
        ops.Define("SegmentSum", SortedShape, (g, op, dy) => [g.Gather(dy[0], op.Inputs[1]), null]);
        foreach (string kind in (string[])["Mean", "SqrtN", "Sum"])
        {
            string type = "SparseSegment" + kind;
            ops.DefineSlices(type, SparseShape, SparseGradient);
            ops.Define(type + "Grad", SparseGradShape);
            ops.Define(type + "GradV2", SparseSlicesShape);
            ops.DefineSlices(type + "WithNumSegments", SparseShape, SparseGradient);
        }

        ops.Define("UnsortedSegmentMax", UnsortedShape, UnsortedExtremeGradient);
        ops.Define("UnsortedSegmentMin", UnsortedShape, UnsortedExtremeGradient);
        ops.Define("UnsortedSegmentProd", UnsortedShape, UnsortedProductGradient);
        ops.Define("UnsortedSegmentSum", UnsortedShape, UnsortedSegmentSumGradient);
    }

    private static void SortedShape(ShapeContext c)
    {
        Shape data = c.InputAtLeast(0, 1);
        c.Input(1, 1);
        c.Output(0, data.HasRank ? data.With(0, -1) : Shape.Unknown);
    }

    internal static void UnsortedShape(ShapeContext c)
    {
        Shape data = c.Input(0), ids = c.Input(1);
        if (!data.HasRank || !ids.HasRank)
        {
            return;
        }

        for (int i = 0; i < ids.Rank; i++)
        {
            c.MergeSize(ids[i], i < data.Rank ? data[i] : throw c.Error($"the segment numbers {ids} have more dimensions than the data {data}."));
        }

        long count = c.TryScalar(2, out long segments) ? segments : -1;
        c.Output(0, new Shape([count, .. data.Dimensions[ids.Rank..]]));
    }

    private static void SparseShape(ShapeContext c)
    {
        Shape data = c.InputAtLeast(0, 1);
        c.Merge(c.Input(1, 1), c.Input(2, 1));
        long count = c.InputCount == 4 && c.TryScalar(3, out long segments) ? segments : -1;
        c.Output(0, data.HasRank ? data.With(0, count) : Shape.Unknown);
    }

    private static void SparseGradShape(ShapeContext c)
    {
        Shape data = c.InputAtLeast(0, 1);
        c.Output(0, data.HasRank ? data.With(0, c.TryScalar(3, out long rows) ? rows : -1) : Shape.Unknown);
    }

    private static void SparseSlicesShape(ShapeContext c)
    {
        Shape data = c.InputAtLeast(0, 1);
        c.Output(0, data.HasRank ? data.With(0, -1) : Shape.Unknown);
        c.Output(1, [-1]);
    }

    private static Gradient?[] SparseGradient(GraphBuilder g, GraphOperation op, Gradient?[] dy)
    {
        string type = op.Type.Replace("WithNumSegments", "", StringComparison.Ordinal) + "Grad";
        GraphTensor gradient = dy[0]!.ToDense(g), shape = g.ShapeOf(op.Inputs[0]), rows = g.Element(shape, 0);
        Gradient?[] dx = new Gradient?[op.Inputs.Count];
        if (op.Attributes.TryGetValue("sparse_gradient", out Protos.AttrValue? sparse) && sparse.B)
        {
            GraphOperation slices = g.AddOperation(type + "V2", null, null, gradient, op.Inputs[1], op.Inputs[2], rows);
            dx[0] = Gradient.OfSlices(slices.Outputs[0], slices.Outputs[1], shape);
        }
        else
        {
            dx[0] = Gradient.Of(g.Add(type, gradient, op.Inputs[1], op.Inputs[2], rows));
        }

        return dx;
    }

    private static GraphTensor?[] SegmentMeanGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor rank = g.RankOf(op.Inputs[0]);
        GraphTensor idsShape = g.ShapeOf(op.Inputs[1]);
        GraphTensor inner = g.Ones(g.ExpandDims(rank - 1, 0), DType.Int32);
        GraphTensor ones = g.Ones(g.Concat([idsShape, inner], 0), dy[0].DType);
        GraphTensor mean = dy[0] / g.Add("SegmentSum", ones, op.Inputs[1]);
        return [g.Gather(mean, op.Inputs[1]), null];
    }

    private static GraphTensor?[] SegmentExtremeGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor zeros = g.ZerosLike(op.Inputs[0]);
        GraphTensor chosen = g.Equal(op.Inputs[0], g.Gather(op.Outputs[0], op.Inputs[1]));
        GraphTensor count = g.Add("SegmentSum", g.Cast(chosen, dy[0].DType), op.Inputs[1]);
        GraphTensor shared = g.Gather(dy[0] / count, op.Inputs[1]);
        return [g.Where(chosen, shared, zeros), null];
    }

    private static GraphTensor?[] UnsortedSegmentSumGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [GatherDropNegatives(g, dy[0], op.Inputs[1]).Gathered, null, null];

    private static GraphTensor?[] UnsortedExtremeGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor gathered, GraphTensor clipped, GraphTensor positive) = GatherDropNegatives(g, op.Outputs[0], op.Inputs[1]);
        GraphTensor chosen = g.Add("LogicalAnd", g.Equal(op.Inputs[0], gathered), positive);
        GraphTensor count = g.Add("UnsortedSegmentSum", g.Cast(chosen, dy[0].DType), op.Inputs[1], op.Inputs[2]);
        GraphTensor shared = g.Gather(dy[0] / count, clipped);
        shared = g.Where(positive, shared, g.ZerosLike(shared));
        return [g.Where(chosen, shared, g.ZerosLike(shared)), null, null];
    }

    // The product without an element is the product divided by it. One 0 in a segment alone gets a gradient: the product of the others;
    // with two there is none.
    private static GraphTensor?[] SegmentProductGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor data, GraphTensor ids) = (op.Inputs[0], op.Inputs[1]);
        GraphTensor isZero = g.Equal(data, 0);
        GraphTensor zeros = g.Add("SegmentSum", g.Cast(isZero, DType.Int32), ids);
        GraphTensor gradient = WithoutTwoZeros(g, zeros, dy[0]);
        GraphTensor others = g.Where(isZero, g.OnesLike(data), data);
        GraphTensor product = g.Add("SegmentProd", others, ids);
        GraphTensor gathered = g.Gather(op.Outputs[0], ids), gatheredOthers = g.Gather(product, ids);
        GraphTensor partial = g.Where(isZero, gatheredOthers, gathered / others);
        return [g.Gather(gradient, ids) * partial, null];
    }

    private static GraphTensor?[] UnsortedProductGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor data, GraphTensor ids, GraphTensor segments) = (op.Inputs[0], op.Inputs[1], op.Inputs[2]);
        GraphTensor isZero = g.Equal(data, 0);
        GraphTensor zeros = g.Add("UnsortedSegmentSum", g.Cast(isZero, DType.Int32), ids, segments);
        GraphTensor gradient = WithoutTwoZeros(g, zeros, dy[0]);
        GraphTensor others = g.Where(isZero, g.OnesLike(data), data);
        GraphTensor product = g.Add("UnsortedSegmentProd", others, ids, segments);
        GraphTensor clipped = g.Maximum(ids, g.ZerosLike(ids));
        GraphTensor gathered = g.Gather(op.Outputs[0], clipped), gatheredOthers = g.Gather(product, clipped);
        GraphTensor partial = g.Where(isZero, gatheredOthers, gathered / data);
        return [GatherDropNegatives(g, gradient, ids, clipped).Gathered * partial, null, null];
    }

    private static GraphTensor WithoutTwoZeros(GraphBuilder g, GraphTensor zeros, GraphTensor dy)
    {
        GraphTensor several = g.Add("Greater", zeros, 1);
        return g.Where(several, g.ZerosLike(dy), dy);
    }

    // Rows with a negative number belong to no segment and get no gradient.
    private static (GraphTensor Gathered, GraphTensor Clipped, GraphTensor Positive) GatherDropNegatives(
        GraphBuilder g, GraphTensor values, GraphTensor ids, GraphTensor? clipped = null)
    {
        clipped ??= g.Maximum(ids, g.ZerosLike(ids));
        GraphTensor gathered = g.Gather(values, clipped);
        GraphTensor positive = ids.GreaterEqual(0);
        GraphTensor shape = g.ShapeOf(positive);
        GraphTensor inner = g.Ones((Operand[])[g.RankOf(gathered) - g.RankOf(positive)], shape.DType);
        GraphTensor mask = g.Reshape(positive, g.Concat([shape, inner], 0));
        GraphTensor all = g.OnesLike(gathered, DType.Bool);
        GraphTensor kept = g.Add("LogicalAnd", "and", null, mask, all), zeros = g.ZerosLike(gathered);
        return (g.Where(kept, gathered, zeros), clipped, kept);
    }
}
