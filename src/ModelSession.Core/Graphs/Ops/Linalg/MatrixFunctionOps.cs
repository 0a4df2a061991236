namespace ModelSessions.Graphs.Ops;

/// <summary>Functions of matrices.</summary>
internal static class MatrixFunctionOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("MatrixExponential", LinalgShapes.Square);
        ops.Define("MatrixLogarithm", LinalgShapes.Square);
        ops.Define("MatrixSquareRoot", LinalgShapes.Square, SquareRootGradient);
    }

    // A = R·R, so dA = R·dR + dR·R, a Sylvester equation for dR, solved as one system by Kronecker products.
    private static GraphTensor?[] SquareRootGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor root = op.Outputs[0], shape = g.ShapeOf(root), size = g.Element(shape, -1);
        GraphTensor batch = g.Range(shape, null, -2);
        GraphTensor identity = g.Eye(size, batch, root.DType);
        GraphTensor sum = Kronecker(g, identity, g.MatrixTranspose(root), batch, size) + Kronecker(g, root, identity, batch, size);
        GraphTensor vector = g.Reshape(g.MatrixTranspose(dy[0]), g.Concat([batch, (Operand[])[size * size], (long[])[1]], 0));
        GraphTensor solved = g.Add("MatrixSolve", sum, vector);
        return [g.MatrixTranspose(g.Reshape(solved, shape))];
    }

    private static GraphTensor Kronecker(GraphBuilder g, GraphTensor x, GraphTensor y, GraphTensor batch, GraphTensor size)
    {
        GraphTensor wide = g.Reshape(x, g.Concat([batch, (Operand[])[size], (long[])[1], (Operand[])[size], (long[])[1]], 0));
        GraphTensor deep = g.Reshape(y, g.Concat([batch, (long[])[1], (Operand[])[size], (long[])[1], (Operand[])[size]], 0));
        GraphTensor product = size * size;
        return g.Reshape(wide * deep, g.Concat([batch, (Operand[])[product], (Operand[])[product]], 0));
    }
}
