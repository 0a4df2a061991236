namespace ModelSessions.Graphs.Ops;

/// <summary>Error, gamma and Bessel functions.</summary>
internal static class SpecialOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BesselI0e", Shapes.SameAsInput, (g, op, dy) => ExponentialOps.After(g, dy, () =>
            dy[0] * (Named(g, "BesselI1e", op.Inputs[0]) - g.Add("Sign", op.Inputs[0]) * op.Outputs[0])));
        ops.Define("BesselI1e", Shapes.SameAsInput, BesselI1eGradient);
        ops.Define("Digamma", Shapes.SameAsInput, DigammaGradient);
        ops.Define("Erf", Shapes.SameAsInput, (g, op, dy) => ErrorFunctionGradient(g, op, dy, 2 / Math.Sqrt(Math.PI)));
        ops.Define("Erfc", Shapes.SameAsInput, (g, op, dy) => ErrorFunctionGradient(g, op, dy, -2 / Math.Sqrt(Math.PI)));
        ops.Define("Erfinv", Shapes.SameAsInput, (g, op, dy) => InverseGradient(g, op, dy, Math.Sqrt(Math.PI) / 2, square => square));
        ops.Define("Lgamma", Shapes.SameAsInput, (g, op, dy) => ExponentialOps.After(g, dy, () =>
            dy[0] * g.Add("Digamma", g.Conjugate(op.Inputs[0]))));
        ops.Define("Ndtri", Shapes.SameAsInput, (g, op, dy) => InverseGradient(g, op, dy, Math.Sqrt(2 * Math.PI), square => square / 2.0));
        ops.Define("Polygamma", Shapes.Broadcast);
        ops.Define("Zeta", Shapes.Broadcast);
    }

    private static GraphTensor Named(GraphBuilder g, string type, GraphTensor x)
    {
        // Python opens a scope named bessel_i1e around the op.
        using GraphScope scope = g.NameScope("bessel_" + type[6..].ToLowerInvariant());
        return g.Add(type, x);
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
