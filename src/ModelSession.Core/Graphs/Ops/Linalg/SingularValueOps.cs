namespace ModelSessions.Graphs.Ops;

/// <summary>Singular values and vectors.</summary>
internal static class SingularValueOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BatchSvd", SvdShape);
        ops.Define("Svd", SvdShape, SvdGradient);
    }

    private static void SvdShape(ShapeContext c)
    {
        Shape input = c.InputAtLeast(0, 2);
        if (!c.Flag("compute_uv"))
        {
            c.Output(1, [0]);
            c.Output(2, [0]);
        }

        if (!input.HasRank)
        {
            return;
        }

        long rows = input[-2], columns = input[-1], least = LinalgShapes.Least(rows, columns);
        Shape batch = LinalgShapes.Batch(input);
        c.Output(0, [.. batch, least]);
        if (c.Flag("compute_uv"))
        {
            bool full = c.Flag("full_matrices");
            c.Output(1, [.. batch, rows, full ? rows : least]);
            c.Output(2, [.. batch, columns, full ? columns : least]);
        }
    }

    // Giles 2008; J. Townsend, "Differentiating the Singular Value Decomposition"; for complex matrices Wan & Zhang, arXiv 1909.02659.
    private static GraphTensor?[] SvdGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor a = op.Inputs[0];
        GraphTensor values = g.Diag(g.Cast(dy[0], a.DType));
        if (!op.Bool("compute_uv"))
        {
            GraphOperation svd = g.AddOperation("Svd", null, new() { ["compute_uv"] = true, ["full_matrices"] = false }, a);
            return [g.Product(svd.Outputs[1], g.Product(values, svd.Outputs[2], adjointY: true))];
        }

        (long rows, long columns) = a.Shape.HasRank ? (a.Shape[-2], a.Shape[-1]) : (-1, -1);
        bool full = op.Bool("full_matrices");
        if (rows < 0 || columns < 0 || (full && Math.Abs(rows - columns) > 1))
        {
            throw new GraphException(
                StatusCode.Unimplemented,
                $"'{op.Name}' (Svd) has a gradient only where the size of its matrices is known, and with full_matrices only where rows and columns differ by one at most; its input is {a.Shape}.",
                op.Name);
        }

        (GraphTensor u, GraphTensor v, GraphTensor du, GraphTensor dv) = rows > columns
            ? (op.Outputs[2], op.Outputs[1], dy[2], dy[1])
            : (op.Outputs[1], op.Outputs[2], dy[1], dy[2]);
        using GraphScope after = g.ControlDependencies(values.Operation, du.Operation, dv.Operation);
        SvdParts parts = new(g.Cast(op.Outputs[0], a.DType), values, u, v, (int)Math.Min(rows, columns), (int)Math.Max(rows, columns));
        GraphTensor gradient = Wide(g, parts, du, dv, full);
        return [rows > columns ? g.MatrixTranspose(gradient, conjugate: true) : gradient];
    }

    private readonly record struct SvdParts(GraphTensor S, GraphTensor DiagonalGradient, GraphTensor U, GraphTensor V, int Rows, int Columns);

    // For a matrix with no more rows than columns.
    private static GraphTensor Wide(GraphBuilder g, SvdParts svd, GraphTensor du, GraphTensor dv, bool full)
    {
        (GraphTensor s, GraphTensor values, GraphTensor u, GraphTensor v, int rows, int columns) = svd;
        GraphTensor sMatrix = g.Diag(s), squares = g.Add("Square", s);
        GraphTensor f = EigenOps.Differences(g, squares);
        GraphTensor inverse = g.Diag(g.SafeReciprocal(s));
        GraphTensor v1 = g.Inner(v, null, (null, rows)), dv1 = g.Inner(dv, null, (null, rows));
        GraphTensor vdv = g.Product(v1, dv1, adjointX: true);
        GraphTensor fu = f * g.Product(u, du, adjointX: true), fv = f * vdv;
        GraphTensor left = g.Product(fu + g.Adjoint(fu), sMatrix), right = g.Product(sMatrix, fv + g.Adjoint(fv));
        GraphTensor gradient = g.Product(u, g.Product(values + left + right, v1, adjointY: true));
        if (rows < columns)
        {
            GraphTensor dvAdjoint = g.MatrixTranspose(dv1, conjugate: true);
            GraphTensor outside = dvAdjoint - g.Product(g.Product(dvAdjoint, v1), v1, adjointY: true);
            if (full)
            {
                GraphTensor v2 = g.Inner(v, null, (rows, columns)), dv2 = g.Inner(dv, null, (rows, columns));
                outside -= g.Product(g.Product(v1, dv2, adjointX: true), v2, adjointY: true);
            }

            gradient += g.Product(g.Product(u, inverse), outside);
        }

        if (!s.DType.IsComplex())
        {
            return gradient;
        }

        GraphTensor l = g.Diag(g.DiagPart(vdv));
        GraphTensor skew = g.Product(inverse, g.Adjoint(l) - l);
        return gradient + ((Operand)0.5 * g.Product(u, g.Product(skew, v1, adjointY: true)));
    }
}
