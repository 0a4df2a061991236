namespace ModelSessions.Graphs.Ops;

/// <summary>Error, gamma and Bessel functions.</summary>
internal static class SpecialOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Betainc", BetaincShape, BetaincGradient);
        ops.Define("BesselI0e", Shapes.SameAsInput, (g, op, dy) => ExponentialOps.After(g, dy, () =>
            dy[0] * (Named(g, "BesselI1e", op.Inputs[0]) - g.Add("Sign", op.Inputs[0]) * op.Outputs[0])));
        ops.Define("BesselI1e", Shapes.SameAsInput, BesselI1eGradient);
        ops.Define("Digamma", Shapes.SameAsInput, DigammaGradient);
        ops.Define("Erf", Shapes.SameAsInput, (g, op, dy) => ErrorFunctionGradient(g, op, dy, 2 / Math.Sqrt(Math.PI)));
        ops.Define("Erfc", Shapes.SameAsInput, (g, op, dy) => ErrorFunctionGradient(g, op, dy, -2 / Math.Sqrt(Math.PI)));
        ops.Define("Erfinv", Shapes.SameAsInput, (g, op, dy) => InverseGradient(g, op, dy, Math.Sqrt(Math.PI) / 2, square => square));
        ops.Define("Igamma", Shapes.Broadcast, IgammaGradient);
        ops.Define("IgammaGradA", Shapes.Broadcast);
        ops.Define("Igammac", Shapes.Broadcast, (g, op, dy) => Array.ConvertAll(IgammaGradient(g, op, dy), gradient => -gradient!));
        ops.Define("Lgamma", Shapes.SameAsInput, (g, op, dy) => ExponentialOps.After(g, dy, () =>
            dy[0] * g.Add("Digamma", g.Conjugate(op.Inputs[0]))));
        ops.Define("Ndtri", Shapes.SameAsInput, (g, op, dy) => InverseGradient(g, op, dy, Math.Sqrt(2 * Math.PI), square => square / 2.0));
        ops.Define("Polygamma", Shapes.Broadcast, (g, op, dy) => SecondGradient(g, op, dy[0], (n, x) => g.Add("Polygamma", n + 1.0, x)));
        ops.Define("Zeta", Shapes.Broadcast, (g, op, dy) => SecondGradient(g, op, dy[0], (x, q) => -x * g.Add("Zeta", x + 1.0, q)));
    }

    private static GraphTensor Named(GraphBuilder g, string type, GraphTensor x)
    {
        // Python opens a scope named bessel_i1e around the op.
        using GraphScope scope = g.NameScope("bessel_" + type[6..].ToLowerInvariant());
        return g.Add(type, x);
    }

    private static void BetaincShape(ShapeContext c)
    {
        Shape shape = Shape.Scalar;
        for (int i = 0; i < 3; i++)
        {
            // A scalar goes with any shape, and what has no rank may be one.
            Shape input = c.Input(i);
            shape = !input.HasRank || !shape.HasRank ? Shape.Unknown : input.Rank == 0 ? shape : shape.Rank == 0 ? input : c.Merge(shape, input);
        }

        c.Output(0, shape);
    }

    private static GraphTensor?[] BetaincGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor a, GraphTensor b, GraphTensor x) = (op.Inputs[0], op.Inputs[1], op.Inputs[2]);
        GraphTensor aShape = g.ShapeOf(a), xShape = g.ShapeOf(x);
        GraphOperation axes = g.AddOperation("BroadcastGradientArgs", null, null, aShape, xShape);
        GraphTensor logBeta = g.Add("Lgamma", a) + g.Add("Lgamma", b) - g.Add("Lgamma", a + b);
        GraphTensor fromB = b - 1.0;
        GraphTensor tail = g.Add("Xlog1py", fromB, -x);
        GraphTensor slope = g.Exp(tail + g.Add("Xlogy", a - 1.0, x) - logBeta);
        return [null, null, Broadcasting.SumOver(g, slope * dy[0], axes.Outputs[1], xShape)];
    }

    private static GraphTensor?[] IgammaGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor a, GraphTensor x) = (op.Inputs[0], op.Inputs[1]);
        GraphTensor aShape = g.ShapeOf(a), xShape = g.ShapeOf(x);
        GraphOperation axes = g.AddOperation("BroadcastGradientArgs", null, null, aShape, xShape);
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor byA = g.Add("IgammaGradA", a, x);
        // In logarithms, since the gamma function gets large.
        GraphTensor minusX = -x, power = (a - 1.0) * g.Log(x);
        GraphTensor byX = g.Exp(minusX + power - g.Add("Lgamma", a));
        return [Broadcasting.SumOver(g, byA * dy[0], axes.Outputs[0], aShape), Broadcasting.SumOver(g, byX * dy[0], axes.Outputs[1], xShape)];
    }

    // Of the second argument alone.
    private static GraphTensor?[] SecondGradient(GraphBuilder g, GraphOperation op, GraphTensor dy, Func<GraphTensor, GraphTensor, GraphTensor> slope)
    {
        (GraphTensor x, GraphTensor y) = (op.Inputs[0], op.Inputs[1]);
        GraphTensor xShape = g.ShapeOf(x), yShape = g.ShapeOf(y);
        GraphOperation axes = g.AddOperation("BroadcastGradientArgs", null, null, xShape, yShape);
        using GraphScope after = g.ControlDependencies(dy.Operation);
        GraphTensor partial = slope(g.Conjugate(x), g.Conjugate(y));
        return [null, Broadcasting.SumOver(g, partial * dy, axes.Outputs[1], yShape)];
    }

    private static GraphTensor?[] BesselI1eGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor y) = (op.Inputs[0], op.Outputs[0]);
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        // At 0 the quotient is not a number; the slope there is a half.
        GraphTensor atZero = x.Equal(0.0), half = g.Cast(0.5, x.DType);
        GraphTensor elsewhere = Named(g, "BesselI0e", x) - y * (g.Add("Sign", x) + g.Add("Reciprocal", x));
        return [dy[0] * g.Where(atZero, half, elsewhere)];
    }

    private static GraphTensor?[] DigammaGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor x = g.Conjugate(op.Inputs[0]);
        return [dy[0] * g.Add("Polygamma", g.Constant(1, x.DType), x)];
    }

    private static GraphTensor?[] ErrorFunctionGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy, double factor)
    {
        GraphTensor constant = g.Constant(factor, dy[0].DType);
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor x = g.Conjugate(op.Inputs[0]);
        return [dy[0] * constant * g.Exp(-g.Square(x))];
    }

    private static GraphTensor?[] InverseGradient(
        GraphBuilder g, GraphOperation op, GraphTensor[] dy, double factor, Func<GraphTensor, GraphTensor> exponent)
    {
        GraphTensor constant = g.Constant(factor, dy[0].DType);
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        return [dy[0] * constant * g.Exp(exponent(g.Square(op.Outputs[0])))];
    }
}
