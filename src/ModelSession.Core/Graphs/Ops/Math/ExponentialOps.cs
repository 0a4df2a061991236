namespace ModelSessions.Graphs.Ops;

/// <summary>Exponentials, logarithms, roots and what is made of them.</summary>
internal static class ExponentialOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Exp", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () => dy[0] * g.Conjugate(op.Outputs[0])));
        ops.Define("Expm1", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () =>
        {
            GraphTensor x = g.Conjugate(op.Inputs[0]);
            return dy[0] * g.Exp(x);
        }));
        ops.Define("Log", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () => dy[0] * g.Add("Reciprocal", g.Conjugate(op.Inputs[0]))));
        ops.Define("Log1p", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () => dy[0] * g.Add("Reciprocal", 1 + g.Conjugate(op.Inputs[0]))));
        ops.Define("Rsqrt", Shapes.SameAsInput, (g, op, dy) => [g.Add("RsqrtGrad", op.Outputs[0], dy[0])]);
        ops.Define("RsqrtGrad", Shapes.AllTheSame, RsqrtGradGradient);
        ops.Define("Sigmoid", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () => g.Add("SigmoidGrad", g.Conjugate(op.Outputs[0]), dy[0])));
        ops.Define("SigmoidGrad", Shapes.AllTheSame, SigmoidGradGradient);
        ops.Define("Sqrt", Shapes.SameAsInput, (g, op, dy) => [g.Add("SqrtGrad", op.Outputs[0], dy[0])]);
        ops.Define("SqrtGrad", Shapes.AllTheSame, SqrtGradGradient);
        ops.Define("Tanh", Shapes.SameAsInput, (g, op, dy) => After(g, dy, () => g.Add("TanhGrad", g.Conjugate(op.Outputs[0]), dy[0])));
        ops.Define("TanhGrad", Shapes.AllTheSame, TanhGradGradient);
        ops.Define("Xdivy", Shapes.Broadcast, XdivyGradient);
        ops.Define("Xlog1py", Shapes.Broadcast, (g, op, dy) => LogProductGradient(g, op, dy, "Xlog1py", y => y + 1.0));
        ops.Define("Xlogy", Shapes.Broadcast, (g, op, dy) => LogProductGradient(g, op, dy, "Xlogy", y => y));
    }

    /// <summary>One gradient whose nodes wait for the incoming one, so that they are not computed too early.</summary>
    internal static GraphTensor?[] After(GraphBuilder g, GraphTensor[] dy, Func<GraphTensor> build)
    {
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        return [build()];
    }

    private static GraphTensor?[] RsqrtGradGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor b = op.Inputs[1];
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor a = g.Conjugate(op.Inputs[0]), conjugate = g.Conjugate(dy[0]);
        GraphTensor ga = -1.5 * conjugate * b * g.Square(a);
        return [ga, g.Add("RsqrtGrad", a, dy[0])];
    }

    private static GraphTensor?[] SqrtGradGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor ga = dy[0] / op.Inputs[0];
        return [-g.Conjugate(ga) * op.Outputs[0], 0.5 * ga];
    }

    private static GraphTensor?[] SigmoidGradGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor a = g.Conjugate(op.Inputs[0]), b = g.Conjugate(op.Inputs[1]);
        GraphTensor gb = dy[0] * b;
        return [gb - 2.0 * gb * a, g.Add("SigmoidGrad", a, dy[0])];
    }

    private static GraphTensor?[] TanhGradGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor a = g.Conjugate(op.Inputs[0]), b = g.Conjugate(op.Inputs[1]);
        return [dy[0] * -2.0 * b * a, g.Add("TanhGrad", a, dy[0])];
    }

    // x · log(y), where 0 · log(0) is 0.
    private static GraphTensor?[] LogProductGradient(
        GraphBuilder g, GraphOperation op, GraphTensor[] dy, string product, Func<GraphTensor, GraphTensor> argument)
    {
        (GraphTensor x, GraphTensor y) = (op.Inputs[0], op.Inputs[1]);
        GraphTensor xShape = g.ShapeOf(x), yShape = g.ShapeOf(y);
        GraphOperation axes = g.AddOperation("BroadcastGradientArgs", null, null, xShape, yShape);
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor px = g.Add(product, NotZero(g, x), y);
        GraphTensor py = g.Add("Xdivy", x, argument(y));
        return [Broadcasting.SumOver(g, px * dy[0], axes.Outputs[0], xShape), Broadcasting.SumOver(g, py * dy[0], axes.Outputs[1], yShape)];
    }

    private static GraphTensor?[] XdivyGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor y) = (op.Inputs[0], op.Inputs[1]);
        GraphTensor xShape = g.ShapeOf(x), yShape = g.ShapeOf(y);
        GraphOperation axes = g.AddOperation("BroadcastGradientArgs", null, null, xShape, yShape);
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor px = g.Add("Xdivy", NotZero(g, x), y);
        GraphTensor py = g.Add("Xdivy", g.Negate(x), y.Pow(2));
        return [Broadcasting.SumOver(g, px * dy[0], axes.Outputs[0], xShape), Broadcasting.SumOver(g, py * dy[0], axes.Outputs[1], yShape)];
    }

    private static GraphTensor NotZero(GraphBuilder g, GraphTensor x) => g.Cast(g.Add("NotEqual", x, g.Cast(0.0, x.DType)), x.DType);
}
