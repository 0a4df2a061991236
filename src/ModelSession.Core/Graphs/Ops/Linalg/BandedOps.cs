namespace ModelSessions.Graphs.Ops;

/// <summary>Matrices of few diagonals.</summary>
internal static class BandedOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BandedTriangularSolve", BandedShape, BandedGradient);
        ops.Define("TridiagonalMatMul", ProductShape, ProductGradient);
        ops.Define("TridiagonalSolve", SolveShape, SolveGradient);
    }

    private static void BandedShape(ShapeContext c)
    {
        Shape bands = c.InputAtLeast(0, 2), right = c.InputAtLeast(1, 2);
        if (!bands.HasRank || !right.HasRank)
        {
            return;
        }

        long size = c.MergeSize(bands[-1], right[-2]);
        c.Output(0, [.. Shapes.Broadcast(c, LinalgShapes.Batch(bands), LinalgShapes.Batch(right)), size, right[-1]]);
    }

    private static void ProductShape(ShapeContext c)
    {
        for (int i = 0; i < 4; i++)
        {
            c.InputAtLeast(i, 2);
        }

        Shape shape = c.Input(3);
        for (int i = 0; i < 3 && shape.HasRank; i++)
        {
            Shape diagonal = c.Input(i);
            if (diagonal.HasRank)
            {
                c.MergeSize(diagonal[-2], 1);
                shape = shape.With(-2, c.MergeSize(shape[-2], diagonal[-1]));
                c.Merge(LinalgShapes.Batch(diagonal), LinalgShapes.Batch(shape));
            }
        }

        c.Output(0, shape);
    }

    private static void SolveShape(ShapeContext c)
    {
        Shape diagonals = c.InputAtLeast(0, 2), right = c.InputAtLeast(1, 2);
        if (!diagonals.HasRank || !right.HasRank)
        {
            return;
        }

        c.MergeSize(diagonals[-2], 3);
        long size = c.MergeSize(diagonals[-1], right[-2]);
        c.Output(0, [.. c.Merge(LinalgShapes.Batch(diagonals), LinalgShapes.Batch(right)), size, right[-1]]);
    }

    private static GraphTensor?[] BandedGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        bool lower = op.Bool("lower");
        GraphTensor bands = g.Element(g.ShapeOf(op.Inputs[0]), -2);
        NodeAttributes attributes = new() { ["lower"] = lower, ["adjoint"] = !op.Bool("adjoint") };
        GraphTensor right = g.Add("BandedTriangularSolve", "BandedTriangularSolve", attributes, op.Inputs[0], dy[0]);
        GraphTensor matrix = SolveOps.MatrixGradient(g, op, right);
        Operand[] diagonals = lower ? [-(bands - 1), 0] : [0, bands - 1];
        return SolveOps.Unbroadcast(g, op, g.DiagPart(matrix, g.Stack(diagonals), "LEFT_RIGHT"), right);
    }

    // The rows of matrices moved up or down by one, zeros where they came from.
    private static GraphTensor Shift(GraphBuilder g, GraphTensor x, bool up, GraphTensor? zeroRow = null)
    {
        if (zeroRow is not null)
        {
            GraphTensor kept = g.Inner(x, up ? (1, null) : (null, -1), null);
            return g.Concat(up ? [kept, zeroRow] : [zeroRow, kept], -2);
        }

        GraphTensor zeros = g.Zeros((Operand[])[g.RankOf(x) - 2, 2], DType.Int32);
        Tensor edge = Tensor.From<int>(up ? [0, 1, 0, 0] : [1, 0, 0, 0], [2, 2]);
        GraphTensor rows = g.Inner(x, up ? (1, null) : (null, -1), null);
        return g.Pad(rows, g.Concat([zeros, edge], 0));
    }

    private static GraphTensor?[] ProductGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor[] diagonals = [.. op.Inputs.Take(3).Select(diagonal => g.MatrixTranspose(diagonal, conjugate: true))];
        GraphTensor right = g.Conjugate(op.Inputs[3]), d = dy[0];
        GraphTensor super = Row(g, Shift(g, right, up: true) * d), main = Row(g, right * d), sub = Row(g, Shift(g, right, up: false) * d);
        GraphTensor gRight = Shift(g, diagonals[0] * d, up: false) + (diagonals[1] * d) + Shift(g, diagonals[2] * d, up: true);
        return [super, main, sub, gRight];
    }

    private static GraphTensor Row(GraphBuilder g, GraphTensor x) => g.ExpandDims(g.ReduceSum(x, -1), -2);

    private static GraphTensor?[] SolveGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor x = op.Outputs[0];
        NodeAttributes attributes = NodeAttributes.From(op, "partial_pivoting", "perturb_singular");
        GraphTensor right = g.Add("TridiagonalSolve", "TridiagonalSolve", attributes, Transposed(g, op.Inputs[0]), dy[0]);
        GraphTensor main = g.ReduceSum(right * x, -1);
        GraphTensor? zeros = x.Shape.IsFullyDefined ? g.Zeros(x.Shape.With(-2, 1), x.DType) : null;
        GraphTensor super = g.ReduceSum(right * Shift(g, x, up: true, zeros), -1);
        GraphTensor sub = g.ReduceSum(right * Shift(g, x, up: false, zeros), -1);
        return [-g.Stack([super, main, sub], -2), right];
    }

    private static GraphTensor Transposed(GraphBuilder g, GraphTensor diagonals)
    {
        GraphTensor main = g.Inner(diagonals, MatrixNodes.At(1), null);
        GraphTensor? zeros = diagonals.Shape.IsFullyDefined
            ? g.Zeros(new Shape([.. LinalgShapes.Batch(diagonals.Shape), 1]), diagonals.DType)
            : null;
        GraphTensor super = g.Inner(diagonals, MatrixNodes.At(2), (1, null));
        super = zeros is null ? Padded(g, super, [0, 1]) : g.Concat([super, zeros], -1);
        GraphTensor sub = g.Inner(diagonals, MatrixNodes.At(0), (null, -1));
        sub = zeros is null ? Padded(g, sub, [1, 0]) : g.Concat([zeros, sub], -1);
        return g.Stack([super, main, sub], -2);
    }

    private static GraphTensor Padded(GraphBuilder g, GraphTensor rows, int[] edge)
    {
        GraphTensor zeros = g.Zeros((Operand[])[g.RankOf(rows) - 1, 2], DType.Int32);
        return g.Pad(rows, g.Concat([zeros, Tensor.From<int>(edge, [1, 2])], 0));
    }
}
