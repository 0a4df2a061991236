namespace ModelSessions.Graphs.Ops;

/// <summary>Sparse tensors together with dense ones.</summary>
internal static class SparseDenseOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("SparseDenseCwiseAdd", RowShape);
        ops.Define("SparseDenseCwiseDiv", RowShape, (g, op, dy) => ElementGradient(g, op, dy[0], product: false));
        ops.Define("SparseDenseCwiseMul", RowShape, (g, op, dy) => ElementGradient(g, op, dy[0], product: true));
        ops.Define("SparseTensorDenseAdd", c => c.Output(0, c.Input(3)), (g, op, dy) => [null, g.Add("GatherNd", dy[0], op.Inputs[0]), null, dy[0]]);
        ops.Define("SparseTensorDenseMatMul", MatMulShape, MatMulGradient);
    }

    // A value for each row of indices; whether the rest fits, only the run tells.
    private static void RowShape(ShapeContext c) => c.Output(0, [c.Input(0, 2)[0]]);

    private static void MatMulShape(ShapeContext c)
    {
        c.Input(0, 2);
        c.Input(1, 1);
        Shape a = c.ShapeFrom(2), b = c.Input(3, 2);
        if (a.HasRank && a.Rank != 2)
        {
            throw c.Error($"the shape of the sparse matrix has {a.Rank} sizes; it must have 2.");
        }

        (bool adjointA, bool adjointB) = (c.Flag("adjoint_a"), c.Flag("adjoint_b"));
        (long rows, long inner) = !a.HasRank ? (-1, -1) : adjointA ? (a[1], a[0]) : (a[0], a[1]);
        c.MergeSize(inner, adjointB ? b[1] : b[0]);
        c.Output(0, [rows, adjointB ? b[0] : b[1]]);
    }

    // Of the sparse matrix only elements that it has get a gradient: rows of both sides multiplied, not all of them.
    private static GraphTensor?[] MatMulGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor indices, GraphTensor values, GraphTensor shape, GraphTensor b) = (op.Inputs[0], op.Inputs[1], op.Inputs[2], op.Inputs[3]);
        (bool adjointA, bool adjointB) = (op.Bool("adjoint_a"), op.Bool("adjoint_b"));
        GraphTensor gb = g.Add("SparseTensorDenseMatMul", null, new() { ["adjoint_a"] = !adjointA }, indices, values, shape, dy[0]);
        gb = adjointB ? g.MatrixTranspose(gb, conjugate: true) : gb;
        GraphTensor rows = Column(g, indices, 0), columns = Column(g, indices, 1);
        GraphTensor left = g.Gather(dy[0], adjointA ? columns : rows);
        GraphTensor right = g.Gather(adjointB ? g.Transpose(b) : b, adjointA ? rows : columns);
        GraphTensor x = g.ExpandDims(left, adjointA ? -1 : -2);
        GraphTensor y = g.ExpandDims(right, adjointA == adjointB ? -2 : -1);
        GraphTensor product = g.Product(x, y, adjointX: adjointA, adjointY: adjointA == adjointB);
        return [null, g.Squeeze(product, [-2, -1]), null, gb];
    }

    // x[:, column]
    private static GraphTensor Column(GraphBuilder g, GraphTensor x, int column)
    {
        using GraphScope scope = g.NameScope("strided_slice");
        GraphTensor begin = g.Constant(Tensor.From(0, column), "stack"), end = g.Constant(Tensor.From(0, column + 1), "stack_1");
        GraphTensor steps = g.Constant(Tensor.From(1, 1), "stack_2");
        return g.Add("StridedSlice", scope.Name, new() { ["begin_mask"] = 1, ["end_mask"] = 1, ["shrink_axis_mask"] = 2 }, x, begin, end, steps);
    }

    private static GraphTensor?[] ElementGradient(GraphBuilder g, GraphOperation op, GraphTensor dy, bool product)
    {
        (GraphTensor indices, GraphTensor x, GraphTensor shape, GraphTensor y) = (op.Inputs[0], op.Inputs[1], op.Inputs[2], op.Inputs[3]);
        GraphTensor yShape = g.Cast(g.ShapeOf(y), DType.Int64);
        GraphTensor added = g.ExpandDims(g.SizeOf(shape) - g.SizeOf(yShape), 0);
        GraphTensor stretched = g.Concat([g.Ones(added, DType.Int64), yShape], 0);
        GraphTensor scaled = FloorDivide(g, indices, FloorDivide(g, shape, stretched));
        scaled = g.Slice(scaled, g.Concat([(long[])[0], added], 0), (long[])[-1, -1]);
        GraphTensor dense = g.Add("GatherNd", y, scaled);
        GraphTensor dx = product ? dy * dense : dy / dense;
        GraphTensor values = product ? dy * x : dy * (-x / g.Square(dense));
        return [null, dx, null, g.Add("SparseTensorDenseAdd", scaled, values, yShape, g.ZerosLike(y))];
    }

    internal static GraphTensor FloorDivide(GraphBuilder g, GraphTensor x, GraphTensor y) => g.Add("FloorDiv", "floordiv", null, x, y);
}
