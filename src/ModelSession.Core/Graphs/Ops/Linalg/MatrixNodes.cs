namespace ModelSessions.Graphs.Ops;

/// <summary>Nodes on batches of matrices, named as Python names them.</summary>
internal static class MatrixNodes
{
    /// <summary>Identity matrices of a size that a run finds.</summary>
    public static GraphTensor Eye(this GraphBuilder g, GraphTensor size, GraphTensor batch, DType dtype)
    {
        using GraphScope scope = g.NameScope("eye");
        GraphTensor length = g.Minimum(size, size);
        GraphTensor shape = g.Concat([batch, (Operand[])[length]], 0);
        return g.Diag(g.Ones(shape, dtype));
    }

    /// <summary>Matrices with the given main diagonals.</summary>
    public static GraphTensor Diag(this GraphBuilder g, GraphTensor diagonal) =>
        g.Add("MatrixDiagV3", "diag", Align("RIGHT_LEFT"), diagonal, 0, -1, -1, 0);

    /// <summary>Diagonals of matrices: the main one, or those that <paramref name="k"/> names.</summary>
    public static GraphTensor DiagPart(this GraphBuilder g, GraphTensor matrix, Operand? k = null, string align = "RIGHT_LEFT") =>
        g.Add("MatrixDiagPartV3", "diag_part", Align(align), matrix, k ?? 0, 0);

    /// <summary>Matrices with other diagonals.</summary>
    public static GraphTensor SetDiag(this GraphBuilder g, GraphTensor matrix, GraphTensor diagonal, Operand? k = null, string align = "RIGHT_LEFT") =>
        g.Add("MatrixSetDiagV3", "set_diag", Align(align), matrix, diagonal, k ?? 0);

    /// <summary>Matrices with zeros below and above a band.</summary>
    public static GraphTensor BandPart(this GraphBuilder g, GraphTensor matrix, int lower, int upper) =>
        g.Add("MatrixBandPart", "MatrixBandPart", new() { ["Tindex"] = DType.Int32 }, matrix, lower, upper);

    /// <summary>The transposed matrices.</summary>
    public static GraphTensor MatrixTranspose(this GraphBuilder g, GraphTensor matrix, bool conjugate = false)
    {
        using GraphScope scope = g.NameScope("matrix_transpose");
        int rank = matrix.Shape.Rank;
        Operand order;
        if (matrix.Shape.HasRank)
        {
            order = Enumerable.Range(0, rank - 2).Select(axis => (long)axis).Append(rank - 1).Append(rank - 2).ToArray();
        }
        else
        {
            GraphTensor size = g.RankOf(matrix);
            order = g.Concat([g.Add("Range", 0, size - 2, 1), (Operand[])[size - 1, size - 2]], 0);
        }

        using GraphScope inner = g.NameScope("transpose");
        return g.Add(conjugate && matrix.DType.IsComplex() ? "ConjugateTranspose" : "Transpose", inner.Name, null, matrix, order);
    }

    /// <summary>The conjugate transposed matrices.</summary>
    public static GraphTensor Adjoint(this GraphBuilder g, GraphTensor matrix)
    {
        using GraphScope scope = g.NameScope("adjoint");
        return g.MatrixTranspose(matrix, conjugate: true);
    }

    /// <summary>The product of matrices, each of which may be transposed and conjugated.</summary>
    public static GraphTensor Product(this GraphBuilder g, GraphTensor x, GraphTensor y, bool adjointX = false, bool adjointY = false) =>
        MatrixOps.AdjointProduct(g, x, y, adjointX, adjointY);

    /// <summary>Solutions of triangular systems.</summary>
    public static GraphTensor TriangularSolve(this GraphBuilder g, GraphTensor matrix, GraphTensor right, bool lower = true, bool adjoint = false)
    {
        using GraphScope scope = g.NameScope("triangular_solve");
        return g.Add("MatrixTriangularSolve", null, new() { ["lower"] = lower, ["adjoint"] = adjoint }, matrix, right);
    }

    /// <summary>Solutions of systems whose matrices' Cholesky factors are known.</summary>
    public static GraphTensor CholeskySolve(this GraphBuilder g, GraphTensor factor, GraphTensor right)
    {
        using GraphScope scope = g.NameScope("cholesky_solve");
        GraphTensor half = g.Add("MatrixTriangularSolve", null, new() { ["lower"] = true, ["adjoint"] = false }, factor, right);
        return g.Add("MatrixTriangularSolve", null, new() { ["lower"] = true, ["adjoint"] = true }, factor, half);
    }

    /// <summary>A part of the last dimensions: <c>x[..., ranges]</c>; a range of one number takes that slice alone, null is all.</summary>
    public static GraphTensor Inner(this GraphBuilder g, GraphTensor x, params (int? Start, int? End)?[] ranges)
    {
        long[] begin = new long[ranges.Length + 1], end = new long[begin.Length], steps = new long[begin.Length];
        Array.Fill(steps, 1);
        long beginMask = 0, endMask = 0, shrinkMask = 0;
        for (int i = 0; i < ranges.Length; i++)
        {
            long bit = 1L << (i + 1);
            (int? start, int? stop) = ranges[i] ?? (null, null);
            (begin[i + 1], end[i + 1]) = (start ?? 0, stop ?? 0);
            beginMask |= start is null ? bit : 0;
            endMask |= stop is null ? bit : 0;
            if (start is int one && stop == int.MinValue)
            {
                end[i + 1] = one + 1;
                shrinkMask |= bit;
            }
        }

        NodeAttributes masks = new() { ["begin_mask"] = beginMask, ["end_mask"] = endMask, ["shrink_axis_mask"] = shrinkMask, ["ellipsis_mask"] = 1 };
        using GraphScope scope = g.NameScope("strided_slice");
        GraphTensor[] bounds =
        [
            g.Constant(Scalars.CreateVector(begin, DType.Int32), "stack"),
            g.Constant(Scalars.CreateVector(end, DType.Int32), "stack_1"),
            g.Constant(Scalars.CreateVector(steps, DType.Int32), "stack_2"),
        ];
        return g.Add("StridedSlice", scope.Name, masks, x, bounds[0], bounds[1], bounds[2]);
    }

    /// <summary>One slice of a dimension, for <see cref="Inner"/>.</summary>
    public static (int? Start, int? End)? At(int index) => (index, int.MinValue);

    /// <summary><c>1 / x</c> that stays finite where x is 0.</summary>
    public static GraphTensor SafeReciprocal(this GraphBuilder g, GraphTensor x) => x * g.Add("Reciprocal", (x * x) + 1e-20);

    private static NodeAttributes Align(string align) => new() { ["align"] = align };
}
