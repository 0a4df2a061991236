namespace ModelSessions.Graphs.Ops;

/// <summary>Systems of linear equations.</summary>
internal static class SolveOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BatchMatrixSolve", LinalgShapes.SolvePlain);
        ops.Define("BatchMatrixSolveLs", LinalgShapes.LeastSquares);
        ops.Define("BatchMatrixTriangularSolve", LinalgShapes.SolvePlain);
        ops.Define("MatrixSolve", LinalgShapes.SolvePlain, SolveGradient);
        ops.Define("MatrixSolveLs", LinalgShapes.LeastSquares, LeastSquaresGradient);
        ops.Define("MatrixTriangularSolve", LinalgShapes.Solve, TriangularGradient);
    }

    private static GraphTensor?[] SolveGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        bool adjoint = op.Bool("adjoint");
        GraphTensor right = g.Add("MatrixSolve", "MatrixSolve", new() { ["adjoint"] = !adjoint }, op.Inputs[0], dy[0]);
        return [MatrixGradient(g, op, right), right];
    }

    /// <summary>The gradient of the matrix of a system, from that of its right side.</summary>
    internal static GraphTensor MatrixGradient(GraphBuilder g, GraphOperation op, GraphTensor right)
    {
        (GraphTensor x, GraphTensor y) = op.Bool("adjoint") ? (op.Outputs[0], right) : (right, op.Outputs[0]);
        return -g.Product(x, y, adjointY: true);
    }

    private static GraphTensor?[] TriangularGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        bool lower = op.Bool("lower");
        GraphTensor right = g.TriangularSolve(op.Inputs[0], dy[0], lower, !op.Bool("adjoint"));
        GraphTensor matrix = MatrixGradient(g, op, right);
        matrix = lower ? g.BandPart(matrix, -1, 0) : g.BandPart(matrix, 0, -1);
        return Unbroadcast(g, op, matrix, right);
    }

    /// <summary>Gradients of matrices and right sides whose batches were broadcast.</summary>
    internal static GraphTensor?[] Unbroadcast(GraphBuilder g, GraphOperation op, GraphTensor matrix, GraphTensor right)
    {
        (GraphTensor a, GraphTensor b) = (op.Inputs[0], op.Inputs[1]);
        if (a.Shape.IsFullyDefined && b.Shape.IsFullyDefined && LinalgShapes.Batch(a.Shape).Equals(LinalgShapes.Batch(b.Shape)))
        {
            return [matrix, right];
        }

        GraphTensor aShape = g.ShapeOf(a), bShape = g.ShapeOf(b);
        GraphOperation axes = g.AddOperation("BroadcastGradientArgs", null, null, g.Range(aShape, null, -2), g.Range(bShape, null, -2));
        return [Broadcasting.SumOver(g, matrix, axes.Outputs[0], aShape), Broadcasting.SumOver(g, right, axes.Outputs[1], bShape)];
    }

    private static GraphTensor?[] LeastSquaresGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor a = op.Inputs[0];
        if (!op.Bool("fast"))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"'{op.Name}' (MatrixSolveLs) has a gradient with fast = true only.", op.Name);
        }

        if (!a.Shape.HasRank || a.Shape[-1] < 0 || a.Shape[-2] < 0)
        {
            throw new GraphException(
                StatusCode.Unimplemented, $"'{op.Name}' (MatrixSolveLs) has a gradient only where the size of its matrices is known; it is {a.Shape}.", op.Name);
        }

        GraphTensor regularizer = g.Cast(op.Inputs[2], a.DType);
        return a.Shape[-2] >= a.Shape[-1] ? Overdetermined(g, op, dy[0], regularizer) : Underdetermined(g, op, dy[0], regularizer);
    }

    // X = (Aᴴ·A + λ)⁻¹·Aᴴ·B
    private static GraphTensor?[] Overdetermined(GraphBuilder g, GraphOperation op, GraphTensor dy, GraphTensor regularizer)
    {
        (GraphTensor a, GraphTensor b) = (op.Inputs[0], op.Inputs[1]);
        GraphTensor z = g.CholeskySolve(Gramian(g, a, regularizer, ofColumns: true), dy);
        GraphTensor xz = g.Product(op.Outputs[0], z, adjointY: true);
        GraphTensor both = xz + g.MatrixTranspose(xz);
        GraphTensor matrix = -g.Product(a, both) + g.Product(b, z, adjointY: true);
        return [matrix, g.Product(a, z), null];
    }

    // X = Aᴴ·(A·Aᴴ + λ)⁻¹·B
    private static GraphTensor?[] Underdetermined(GraphBuilder g, GraphOperation op, GraphTensor dy, GraphTensor regularizer)
    {
        (GraphTensor a, GraphTensor b) = (op.Inputs[0], op.Inputs[1]);
        GraphTensor factor = Gramian(g, a, regularizer, ofColumns: false);
        GraphTensor right = g.CholeskySolve(factor, g.Product(a, dy));
        GraphTensor inner = g.CholeskySolve(factor, b);
        GraphTensor first = -g.Product(right, g.Product(inner, a, adjointX: true));
        GraphTensor rest = dy - g.Product(a, right, adjointX: true);
        return [first + g.Product(inner, rest, adjointY: true), right, null];
    }

    // The Cholesky factor of a product of a matrix with itself, regularised.
    private static GraphTensor Gramian(GraphBuilder g, GraphTensor matrix, GraphTensor regularizer, bool ofColumns)
    {
        GraphTensor product = g.Product(matrix, matrix, adjointX: ofColumns, adjointY: !ofColumns);
        GraphTensor shape = g.ShapeOf(matrix);
        GraphTensor batch = g.Range(shape, null, -2), size = g.Element(shape, ofColumns ? -1 : -2);
        return g.Add("Cholesky", product + (regularizer * g.Eye(size, batch, matrix.DType)));
    }
}
