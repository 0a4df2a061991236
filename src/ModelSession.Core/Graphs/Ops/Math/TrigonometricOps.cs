namespace ModelSessions.Graphs.Ops;

/// <summary>Circular and hyperbolic functions and their inverses.</summary>
internal static class TrigonometricOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Acos", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () =>
        {
            GraphTensor inverse = InverseRootOfOneMinusSquare(g, op, dy);
            return -dy[0] * inverse;
        }));
        ops.Define("Acosh", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () => dy[0] / g.Add("Sinh", g.Conjugate(op.Outputs[0]))));
        ops.Define("Asin", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () => dy[0] * InverseRootOfOneMinusSquare(g, op, dy)));
        ops.Define("Asinh", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () => dy[0] / g.Add("Cosh", g.Conjugate(op.Outputs[0]))));
        ops.Define("Atan", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () =>
        {
            GraphTensor square = g.Square(g.Conjugate(op.Inputs[0]));
            return dy[0] * g.Add("Reciprocal", g.Plus(g.Constant(1, dy[0].DType), square, "Add"));
        }));
        ops.Define("Atan2", Shapes.Broadcast, Atan2Gradient);
        ops.Define("Atanh", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () =>
        {
            GraphTensor square = g.Square(g.Conjugate(op.Inputs[0]));
            return dy[0] * g.Add("Reciprocal", g.Add("Sub", g.Constant(1, dy[0].DType), square));
        }));
        ops.Define("Cos", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () =>
        {
            GraphTensor x = g.Conjugate(op.Inputs[0]);
            return -dy[0] * g.Add("Sin", x);
        }));
        ops.Define("Cosh", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () => dy[0] * g.Add("Sinh", g.Conjugate(op.Inputs[0]))));
        ops.Define("Sin", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () => dy[0] * g.Add("Cos", g.Conjugate(op.Inputs[0]))));
        ops.Define("Sinh", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () => dy[0] * g.Add("Cosh", g.Conjugate(op.Inputs[0]))));
        ops.Define("Tan", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () =>
        {
            GraphTensor secant = g.Add("Reciprocal", g.Add("Cos", g.Conjugate(op.Inputs[0])));
            return g.Square(secant) * dy[0];
        }));
    }

    private static GraphTensor?[] After(GraphBuilder g, GraphTensor[] dy, Func<GraphTensor> build) => ExponentialOps.After(g, dy, build);

    private static GraphTensor InverseRootOfOneMinusSquare(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor square = g.Square(g.Conjugate(op.Inputs[0]));
        return g.Add("Reciprocal", g.Sqrt(g.Add("Sub", g.Constant(1, dy[0].DType), square)));
    }

    private static GraphTensor?[] Atan2Gradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor y, GraphTensor x) = (op.Inputs[0], op.Inputs[1]);
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor scaled = dy[0] / (g.Square(y) + g.Square(x));
        GraphTensor gy = x * scaled;
        return Broadcasting.Reduce(g, y, x, gy, -y * scaled);
    }
}
