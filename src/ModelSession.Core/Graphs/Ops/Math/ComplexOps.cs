namespace ModelSessions.Graphs.Ops;

/// <summary>Complex numbers and their parts.</summary>
internal static class ComplexOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Angle", Shapes.SameAsInput, AngleGradient);
        ops.Define("Complex", Shapes.Broadcast, ComplexGradient);
        ops.Define("ComplexAbs", Shapes.SameAsInput, ComplexAbsGradient);
        ops.Define("Conj", Shapes.SameAsInput, (g, op, dy) => [g.Conjugate(dy[0])]);
        ops.Define("Imag", Shapes.SameAsInput, (g, op, dy) => [Complex(g, g.Constant(0, dy[0].DType), dy[0])]);
        ops.Define("Real", Shapes.SameAsInput, (g, op, dy) => [Complex(g, dy[0], g.Constant(0, dy[0].DType))]);
    }

    internal static GraphTensor Complex(GraphBuilder g, GraphTensor real, GraphTensor imaginary) =>
        g.Add("Complex", "Complex", new() { ["Tout"] = real.DType == DType.Float64 ? DType.Complex128 : DType.Complex64 }, real, imaginary);

    internal static GraphTensor Part(GraphBuilder g, string part, GraphTensor x) =>
        g.Add(part, part, new() { ["Tout"] = x.DType == DType.Complex128 ? DType.Float64 : DType.Float32 }, x);

    private static GraphTensor?[] ComplexGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor gx = Part(g, "Real", dy[0]);
        return Broadcasting.Reduce(g, op.Inputs[0], op.Inputs[1], gx, Part(g, "Imag", dy[0]));
    }

    private static GraphTensor?[] AngleGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor real = Part(g, "Real", op.Inputs[0]), imaginary = Part(g, "Imag", op.Inputs[0]);
        GraphTensor z = g.Add("Reciprocal", Complex(g, imaginary, real));
        GraphTensor wide = Complex(g, dy[0], g.Constant(0, dy[0].DType));
        return [-wide * z];
    }

    private static GraphTensor?[] ComplexAbsGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor numerator = Complex(g, dy[0], g.ZerosLike(dy[0])) * op.Inputs[0];
        GraphTensor denominator = Complex(g, op.Outputs[0], g.ZerosLike(op.Outputs[0]));
        return [g.Add("DivNoNan", "div_no_nan", null, numerator, denominator)];
    }
}
