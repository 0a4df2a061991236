namespace ModelSessions.Graphs.Ops;

/// <summary>Eigenvalues and eigenvectors.</summary>
internal static class EigenOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BatchSelfAdjointEig", BothShape);
        ops.Define("BatchSelfAdjointEigV2", ValuesShape);
        ops.Define("Eig", ValuesShape, EigGradient);
        ops.Define("SelfAdjointEig", BothShape);
        ops.Define("SelfAdjointEigV2", ValuesShape, SelfAdjointGradient);
    }

    // The values in a row above the vectors.
    private static void BothShape(ShapeContext c)
    {
        Shape square = LinalgShapes.SquareInput(c);
        if (square.HasRank)
        {
            c.Output(0, square.With(-2, square[-1] < 0 ? -1 : square[-1] + 1));
        }
    }

    private static void ValuesShape(ShapeContext c)
    {
        Shape square = LinalgShapes.SquareInput(c);
        c.Output(0, Shapes.Sub(square, 0, square.Rank - 1));
        c.Output(1, c.Flag("compute_v") ? square : [0]);
    }

    // 1 / (eᵢ − eⱼ), and 0 where i = j.
    internal static GraphTensor Differences(GraphBuilder g, GraphTensor values)
    {
        GraphTensor across = g.ExpandDims(values, -2);
        return g.SetDiag(g.SafeReciprocal(across - g.ExpandDims(values, -1)), g.ZerosLike(values));
    }

    private static GraphTensor?[] SelfAdjointGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        using GraphScope after = g.ControlDependencies(dy[0].Operation, dy[1].Operation);
        GraphTensor gradient;
        if (op.Bool("compute_v"))
        {
            GraphTensor v = op.Outputs[1];
            GraphTensor f = Differences(g, op.Outputs[0]);
            GraphTensor inner = g.Diag(dy[0]) + (f * g.Product(v, dy[1], adjointX: true));
            gradient = g.Product(v, g.Product(inner, v, adjointY: true));
        }
        else
        {
            GraphTensor v = g.AddOperation("SelfAdjointEigV2", null, new() { ["compute_v"] = true }, op.Inputs[0]).Outputs[1];
            gradient = g.Product(v, g.Product(g.Diag(dy[0]), v, adjointY: true));
        }

        // Only the lower half of the input is read.
        gradient = g.BandPart(gradient + g.Adjoint(gradient), -1, 0);
        return [g.SetDiag(gradient, (Operand)0.5 * g.DiagPart(gradient))];
    }

    // Boeddeker et al., arXiv 1701.00392, equation 4.77.
    private static GraphTensor?[] EigGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        using GraphScope after = g.ControlDependencies(dy[0].Operation, dy[1].Operation);
        GraphTensor inner, adjoint;
        if (op.Bool("compute_v"))
        {
            GraphTensor v = op.Outputs[1];
            adjoint = g.Adjoint(v);
            GraphTensor f = g.Conjugate(Differences(g, op.Outputs[0]));
            GraphTensor vdv = g.Product(adjoint, dy[1]);
            GraphTensor diagonal = g.Diag(g.DiagPart(g.Cast(ComplexOps.Part(g, "Real", vdv), vdv.DType)));
            inner = g.Diag(dy[0]) + (f * (vdv - g.Product(g.Product(adjoint, v), diagonal)));
        }
        else
        {
            adjoint = g.Adjoint(g.AddOperation("Eig", null, new() { ["compute_v"] = true, ["Tout"] = op.DType("Tout") }, op.Inputs[0]).Outputs[1]);
            inner = g.Diag(dy[0]);
        }

        return [g.Cast(g.Add("MatrixSolve", adjoint, g.Product(inner, adjoint)), op.Inputs[0].DType)];
    }
}
