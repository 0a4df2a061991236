namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in linalg_ops.cc.</summary>
internal static class LinalgFamily
{
    public static void Define(OpTable ops)
    {
        EinsumOps.Define(ops);
        ops.Define("Cholesky", SquareShape);
        ops.Define("LogMatrixDeterminant", DeterminantShape);
        ops.Define("MatrixDeterminant", DeterminantShape, DeterminantGradient);
        ops.Define("MatrixInverse", SquareShape, InverseGradient);
        ops.Define("MatrixSolve", SolveShape, SolveGradient);
        ops.Define("MatrixTriangularSolve", SolveShape);
        ops.Define("Qr", QrShape);
    }

    private static Shape Square(ShapeContext c)
    {
        Shape input = c.InputAtLeast(0, 2);
        if (!input.HasRank)
        {
            return input;
        }

        long size = c.MergeSize(input[-2], input[-1]);
        return input.With(-2, size).With(-1, size);
    }

    private static void SquareShape(ShapeContext c) => c.Output(0, Square(c));

    private static void DeterminantShape(ShapeContext c)
    {
        Shape square = Square(c);
        c.Outputs(Shapes.Sub(square, 0, square.Rank - 2));
    }

    private static void SolveShape(ShapeContext c)
    {
        Shape square = Square(c), right = c.InputAtLeast(1, 2);
        if (!square.HasRank || !right.HasRank)
        {
            return;
        }

        long rows = c.MergeSize(square[-1], right[-2]);
        Shape batch = Shapes.Broadcast(c, Shapes.Sub(square, 0, square.Rank - 2), Shapes.Sub(right, 0, right.Rank - 2));
        c.Output(0, [.. batch, rows, right[-1]]);
    }

    private static void QrShape(ShapeContext c)
    {
        Shape input = c.InputAtLeast(0, 2);
        if (!input.HasRank)
        {
            return;
        }

        long rows = input[-2], columns = input[-1], least = rows < 0 || columns < 0 ? -1 : Math.Min(rows, columns);
        long width = c.Flag("full_matrices") ? rows : least;
        c.Output(0, input.With(-1, width));
        c.Output(1, input.With(-2, width));
    }

    private static GraphTensor?[] SolveGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        bool adjoint = op.Bool("adjoint");
        GraphTensor right = g.Add("MatrixSolve", "MatrixSolve", new() { ["adjoint"] = !adjoint }, op.Inputs[0], dy[0]);
        (GraphTensor x, GraphTensor y) = adjoint ? (op.Outputs[0], right) : (right, op.Outputs[0]);
        return [-MatrixOps.AdjointProduct(g, x, y, false, true), right];
    }

    private static GraphTensor?[] InverseGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor inverse = op.Outputs[0];
        bool adjoint = op.Bool("adjoint");
        GraphTensor inner = MatrixOps.AdjointProduct(g, dy[0], inverse, adjoint, !adjoint);
        return [-MatrixOps.AdjointProduct(g, inverse, inner, !adjoint, false)];
    }

    private static GraphTensor?[] DeterminantGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor inverse = g.Add("MatrixInverse", "MatrixInverse", new() { ["adjoint"] = true }, op.Inputs[0]);
        GraphTensor product = dy[0] * op.Outputs[0];
        GraphTensor shape = g.Concat([g.ShapeOf(op.Outputs[0]), (long[])[1, 1]], 0);
        return [g.Reshape(product, shape) * inverse];
    }
}
