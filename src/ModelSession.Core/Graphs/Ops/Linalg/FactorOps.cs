namespace ModelSessions.Graphs.Ops;

/// <summary>Factors of matrices: Cholesky's, LU, QR.</summary>
internal static class FactorOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BatchCholesky", LinalgShapes.Square);
        ops.Define("BatchCholeskyGrad", LinalgShapes.Square);
        ops.Define("Cholesky", LinalgShapes.Square, CholeskyGradient);
        ops.Define("CholeskyGrad", LinalgShapes.Square);
        ops.Define("Lu", LuShape);
        ops.Define("Qr", QrShape, QrGradient);
    }

    private static void LuShape(ShapeContext c)
    {
        Shape square = LinalgShapes.SquareInput(c);
        c.Output(0, square);
        c.Output(1, Shapes.Sub(square, 0, square.Rank - 1));
    }

    private static void QrShape(ShapeContext c)
    {
        Shape input = c.InputAtLeast(0, 2);
        if (!input.HasRank)
        {
            return;
        }

        long rows = input[-2], columns = input[-1];
        long width = c.Flag("full_matrices") ? rows : LinalgShapes.Least(rows, columns);
        c.Output(0, input.With(-1, width));
        c.Output(1, input.With(-2, width));
    }

    private static GraphTensor?[] CholeskyGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor l = op.Outputs[0];
        GraphTensor size = g.Element(g.ShapeOf(l), -1);
        GraphTensor batch = g.Range(g.ShapeOf(l), null, -2);
        GraphTensor inverse = g.TriangularSolve(l, g.Eye(size, batch, l.DType));
        GraphTensor middle = g.Product(l, dy[0], adjointX: true);
        middle = g.SetDiag(middle, (Operand)0.5 * g.DiagPart(middle));
        middle = g.BandPart(middle, -1, 0);
        GraphTensor gradient = g.Product(g.Product(inverse, middle, adjointX: true), inverse);
        gradient += g.Adjoint(gradient);
        return [gradient * (Operand)0.5];
    }

    // Roberts & Roberts, arXiv 2009.10071. A wide matrix is a square one and columns beside it.
    private static GraphTensor?[] QrGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor q, GraphTensor r) = (op.Outputs[0], op.Outputs[1]);
        if (!r.Shape.HasRank || r.Shape[-2] < 0 || r.Shape[-1] < 0)
        {
            throw Unimplemented(op, "where the size of its matrices is known");
        }

        long rows = q.Shape[-2], columns = r.Shape[-1];
        if (r.Shape[-2] > columns && q.Shape[-2] == q.Shape[-1])
        {
            throw Unimplemented(op, "with full_matrices = false, where there are more rows than columns");
        }

        if (rows >= columns)
        {
            return [Deep(g, q, r, dy[0], dy[1])];
        }

        int width = (int)rows;
        GraphTensor rest = g.Inner(op.Inputs[0], null, (width, null)), square = g.Inner(r, null, (null, width));
        GraphTensor dRest = g.Inner(dy[1], null, (width, null)), dSquare = g.Inner(dy[1], null, (null, width));
        GraphTensor gRest = g.Product(q, dRest);
        GraphTensor dq = dy[0] + g.Product(rest, dRest, adjointY: true);
        return [g.Concat([Deep(g, q, square, dq, dSquare), gRest], -1)];
    }

    private static GraphTensor Deep(GraphBuilder g, GraphTensor q, GraphTensor r, GraphTensor dq, GraphTensor dr)
    {
        GraphTensor qdq = g.Product(q, dq, adjointX: true);
        GraphTensor qSkew = qdq - g.Adjoint(qdq);
        GraphTensor rdr = g.Product(r, dr, adjointY: true);
        GraphTensor rSkew = rdr - g.Adjoint(rdr);
        GraphTensor lower = g.BandPart(qSkew + rSkew, -1, 0);
        GraphTensor first = g.Product(q, dr + SolveRight(g, lower, r));
        GraphTensor second = SolveRight(g, dq - g.Product(q, qdq), r);
        GraphTensor gradient = first + second;
        if (!q.DType.IsComplex())
        {
            return gradient;
        }

        GraphTensor m = rdr - g.Adjoint(qdq);
        GraphTensor diagonal = g.SetDiag(g.ZerosLike(m), g.DiagPart(m));
        GraphTensor correction = diagonal - g.Cast(ComplexOps.Part(g, "Real", diagonal), q.DType);
        return gradient + SolveRight(g, g.Product(q, g.Adjoint(correction)), r);
    }

    // x·r⁻ᴴ for an upper triangular r
    private static GraphTensor SolveRight(GraphBuilder g, GraphTensor x, GraphTensor r) =>
        g.Adjoint(g.TriangularSolve(r, g.Adjoint(x), lower: false));

    private static GraphException Unimplemented(GraphOperation op, string where) =>
        new(StatusCode.Unimplemented, $"'{op.Name}' ({op.Type}) has a gradient only {where}; its input is {op.Inputs[0].Shape}.", op.Name);
}
