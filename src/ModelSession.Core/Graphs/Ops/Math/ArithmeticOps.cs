namespace ModelSessions.Graphs.Ops;

/// <summary>Sums, products, quotients, powers.</summary>
internal static class ArithmeticOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Add", Shapes.Broadcast, AddGradient, c => Combine(c, (x, y) => x + y));
        ops.Define("AddV2", Shapes.Broadcast, AddGradient, c => Combine(c, (x, y) => x + y));
        ops.Define("Div", Shapes.Broadcast, DivGradient, c => Combine(c, (x, y) => y == 0 ? PartialValue.Unknown : x / y));
        ops.Define("DivNoNan", Shapes.Broadcast, DivNoNanGradient);
        ops.DefineStop("FloorDiv", Shapes.Broadcast, c => Combine(c, FloorDiv));
        ops.Define("FloorMod", Shapes.Broadcast, FloorModGradient, c => Combine(c, (x, y) => y == 0 ? PartialValue.Unknown : x - FloorDiv(x, y) * y));
        ops.Define("Inv", Shapes.SameAsInput, ReciprocalGradient);
        ops.Define("InvGrad", Shapes.AllTheSame, ReciprocalGradGradient);
        ops.Define("Maximum", Shapes.Broadcast, MaximumGradient, c => Combine(c, Math.Max));
        ops.Define("Minimum", Shapes.Broadcast, MinimumGradient, c => Combine(c, Math.Min));
        ops.Define("Mod", Shapes.Broadcast, c => Combine(c, (x, y) => y == 0 ? PartialValue.Unknown : x % y));
        ops.Define("Mul", Shapes.Broadcast, MulGradient, c => Combine(c, (x, y) => x * y));
        ops.Define("MulNoNan", Shapes.Broadcast, MulNoNanGradient);
        ops.Define("Neg", Shapes.SameAsInput, (g, op, dy) => [-dy[0]], c => c.SetValue(0, c.Value(0)?.Combine(PartialValue.Scalar(-1), (x, y) => x * y)));
        ops.Define("NextAfter", Shapes.Broadcast, NextAfterGradient);
        ops.Define("Pow", Shapes.Broadcast, PowGradient);
        ops.Define("RealDiv", Shapes.Broadcast, RealDivGradient);
        ops.Define("Reciprocal", Shapes.SameAsInput, ReciprocalGradient);
        ops.Define("ReciprocalGrad", Shapes.AllTheSame, ReciprocalGradGradient);
        ops.Define("Square", Shapes.SameAsInput, SquareGradient);
        ops.Define("SquaredDifference", Shapes.Broadcast, SquaredDifferenceGradient);
        ops.Define("Sub", Shapes.Broadcast, SubGradient, c => Combine(c, (x, y) => x - y));
        ops.DefineStop("TruncateDiv", Shapes.Broadcast);
        ops.Define("TruncateMod", Shapes.Broadcast);
    }

    private static void Combine(ShapeContext c, Func<long, long, long> function) =>
        c.SetValue(0, c.Value(0) is { } x && c.Value(1) is { } y ? x.Combine(y, (a, b) => unchecked(function(a, b))) : null);

    private static long FloorDiv(long x, long y) => y == 0 || y == -1 && x == long.MinValue
        ? PartialValue.Unknown
        : x / y - (x % y != 0 && (x < 0) != (y < 0) ? 1 : 0);

    private static GraphTensor?[] AddGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        Broadcasting.IsPlain(op.Inputs[0], op.Inputs[1], dy[0])
            ? [dy[0], dy[0]]
            : Broadcasting.Reduce(g, op.Inputs[0], op.Inputs[1], dy[0], dy[0]);

    private static GraphTensor?[] SubGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        Broadcasting.IsPlain(op.Inputs[0], op.Inputs[1], dy[0])
            ? [dy[0], -dy[0]]
            : Broadcasting.Reduce(g, op.Inputs[0], op.Inputs[1], dy[0], -dy[0]);

    private static GraphTensor?[] MulGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor y) = (op.Inputs[0], op.Inputs[1]);
        if (Broadcasting.IsPlain(x, y, dy[0]) && dy[0].DType is DType.Int32 or DType.Float32)
        {
            return [g.Add("Mul", dy[0], y), g.Add("Mul", dy[0], x)];
        }

        GraphTensor gx = g.Add("Mul", dy[0], g.Conjugate(y));
        return Broadcasting.Reduce(g, x, y, gx, g.Add("Mul", g.Conjugate(x), dy[0]));
    }

    private static GraphTensor?[] MulNoNanGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor y) = (op.Inputs[0], op.Inputs[1]);
        GraphTensor gx = g.Add("MulNoNan", dy[0], y), gy = g.Add("MulNoNan", x, dy[0]);
        return Broadcasting.IsPlain(x, y, dy[0]) ? [gx, gy] : Broadcasting.Reduce(g, x, y, gx, gy);
    }

    private static GraphTensor?[] DivGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor y) = (g.Conjugate(op.Inputs[0]), g.Conjugate(op.Inputs[1]));
        GraphTensor gx = dy[0] / y;
        return Broadcasting.Reduce(g, op.Inputs[0], op.Inputs[1], gx, dy[0] * (-x / y / y));
    }

    private static GraphTensor?[] RealDivGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor y) = (g.Conjugate(op.Inputs[0]), g.Conjugate(op.Inputs[1]));
        GraphTensor gx = g.Add("RealDiv", dy[0], y);
        GraphTensor gy = dy[0] * g.Add("RealDiv", g.Add("RealDiv", -x, y), y);
        return Broadcasting.Reduce(g, op.Inputs[0], op.Inputs[1], gx, gy);
    }

    private static GraphTensor?[] DivNoNanGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor y) = (g.Conjugate(op.Inputs[0]), g.Conjugate(op.Inputs[1]));
        GraphTensor gx = DivNoNan(g, dy[0], y);
        GraphTensor gy = dy[0] * DivNoNan(g, DivNoNan(g, -x, y), y);
        return Broadcasting.Reduce(g, op.Inputs[0], op.Inputs[1], gx, gy);
    }

    private static GraphTensor DivNoNan(GraphBuilder g, GraphTensor x, GraphTensor y)
    {
        using GraphScope scope = g.NameScope("div_no_nan");
        return g.Add("DivNoNan", scope.Name, null, x, y);
    }

    private static GraphTensor?[] FloorModGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor quotient = g.Add("FloorDiv", g.Conjugate(op.Inputs[0]), g.Conjugate(op.Inputs[1]));
        return Broadcasting.Reduce(g, op.Inputs[0], op.Inputs[1], dy[0], dy[0] * -quotient);
    }

    private static GraphTensor?[] PowGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor y) = (g.Conjugate(op.Inputs[0]), g.Conjugate(op.Inputs[1]));
        GraphTensor gx = dy[0] * y * g.Add("Pow", x, y - 1);
        // The logarithm of 0 and of negative numbers is kept out of the result.
        GraphTensor mask = x.DType.IsComplex() ? x.NotEqual(0) : x.Greater(0);
        GraphTensor safe = g.Add("Select", mask, x, g.OnesLike(op.Inputs[0]));
        GraphTensor log = g.Add("Select", mask, g.Log(safe), g.ZerosLike(op.Inputs[0]));
        GraphTensor gy = dy[0] * g.Conjugate(op.Outputs[0]) * log;
        return Broadcasting.Reduce(g, op.Inputs[0], op.Inputs[1], gx, gy);
    }

    private static GraphTensor?[] MaximumGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) => ChosenGradient(g, op, dy[0], "GreaterEqual");

    private static GraphTensor?[] MinimumGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) => ChosenGradient(g, op, dy[0], "LessEqual");

    private static GraphTensor?[] ChosenGradient(GraphBuilder g, GraphOperation op, GraphTensor dy, string chooses)
    {
        GraphTensor zeros = g.ZerosLike(dy);
        GraphTensor first = g.Add(chooses, op.Inputs[0], op.Inputs[1]);
        GraphTensor gx = g.Where(first, dy, zeros);
        return Broadcasting.Reduce(g, op.Inputs[0], op.Inputs[1], gx, g.Where(first, zeros, dy));
    }

    private static GraphTensor?[] SquareGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor x = g.Conjugate(op.Inputs[0]);
        GraphTensor two = g.Constant(2, x.DType);
        return [g.Add("Mul", dy[0], g.Add("Mul", x, two))];
    }

    private static GraphTensor?[] SquaredDifferenceGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor y) = (op.Inputs[0], op.Inputs[1]);
        GraphTensor gx;
        using (g.ControlDependencies(dy[0].Operation))
        {
            GraphTensor twice = g.Add("Mul", g.Constant(2, dy[0].DType, null, "scalar"), dy[0]);
            gx = twice * (x - y);
        }

        return Broadcasting.IsPlain(x, y, dy[0]) ? [gx, -gx] : Broadcasting.Reduce(g, x, y, gx, -gx);
    }

    private static GraphTensor?[] ReciprocalGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [g.Add("ReciprocalGrad", op.Outputs[0], dy[0])];

    private static GraphTensor?[] ReciprocalGradGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor b = op.Inputs[1];
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor a = g.Conjugate(op.Inputs[0]), conjugate = g.Conjugate(dy[0]);
        return [conjugate * -2.0 * b * a, g.Add("ReciprocalGrad", a, dy[0])];
    }

    private static GraphTensor?[] NextAfterGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor x = g.ShapeOf(op.Inputs[0]), y = g.ShapeOf(op.Inputs[1]);
        GraphOperation axes = g.AddOperation("BroadcastGradientArgs", null, null, x, y);
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor one = g.Ones(x, op.Inputs[0].DType), zero = g.Zeros(y, op.Inputs[1].DType);
        return [Broadcasting.SumOver(g, one * dy[0], axes.Outputs[0], x), Broadcasting.SumOver(g, zero * dy[0], axes.Outputs[1], y)];
    }
}
