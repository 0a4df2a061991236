namespace ModelSessions.Graphs.Ops;

/// <summary>Determinants and inverses of matrices.</summary>
internal static class DeterminantOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BatchMatrixDeterminant", LinalgShapes.Determinant);
        ops.Define("BatchMatrixInverse", LinalgShapes.Square);
        ops.Define("LogMatrixDeterminant", LinalgShapes.Determinant, (g, op, dy) => [Spread(g, op, dy[1], op.Outputs[1])]);
        ops.Define("MatrixDeterminant", LinalgShapes.Determinant, (g, op, dy) => [Spread(g, op, null, op.Outputs[0], dy[0])]);
        ops.Define("MatrixInverse", LinalgShapes.Square, InverseGradient);
    }

    private static GraphTensor?[] InverseGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor inverse = op.Outputs[0];
        bool adjoint = op.Bool("adjoint");
        GraphTensor inner = g.Product(dy[0], inverse, adjoint, !adjoint);
        return [-g.Product(inverse, inner, !adjoint, false)];
    }

    // The inverse adjoint matrices, each times a number: a given one, or the determinant times its gradient.
    private static GraphTensor Spread(GraphBuilder g, GraphOperation op, GraphTensor? numbers, GraphTensor determinant, GraphTensor? dy = null)
    {
        GraphTensor inverse = g.Add("MatrixInverse", "MatrixInverse", new() { ["adjoint"] = true }, op.Inputs[0]);
        GraphTensor factors = numbers ?? (dy! * determinant);
        GraphTensor shape = g.Concat([g.ShapeOf(determinant), (long[])[1, 1]], 0);
        return g.Reshape(factors, shape) * inverse;
    }
}
