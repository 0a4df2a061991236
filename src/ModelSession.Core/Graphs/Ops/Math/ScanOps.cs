namespace ModelSessions.Graphs.Ops;

/// <summary>Running sums and products.</summary>
internal static class ScanOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Cumprod", Shapes.SameAsInput, CumprodGradient);
        ops.Define("Cumsum", Shapes.SameAsInput, CumsumGradient);
        ops.Define("CumulativeLogsumexp", Shapes.SameAsInput, LogSumExpGradient);
    }

    // The gradient's positive and negative parts each as a logarithm: so nothing overflows.
    private static GraphTensor?[] LogSumExpGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor axis) = (op.Inputs[0], op.Inputs[1]);
        double lowest = x.DType switch { DType.Float64 => double.MinValue, DType.Float16 => (double)Half.MinValue, _ => float.MinValue };
        GraphTensor positive = g.Where(g.Add("Greater", dy[0], 0), g.Log(dy[0]), lowest);
        GraphTensor isNegative = g.Add("Less", dy[0], 0);
        GraphTensor negative = g.Where(isNegative, g.Log(-dy[0]), lowest);
        return [Part(positive) - Part(negative), null];

        GraphTensor Part(GraphTensor log)
        {
            NodeAttributes attributes = new() { ["exclusive"] = op.Bool("exclusive"), ["reverse"] = !op.Bool("reverse") };
            return g.Exp(g.Add("CumulativeLogsumexp", "CumulativeLogsumexp", attributes, log - op.Outputs[0], axis) + x);
        }
    }

    internal static GraphTensor Product(GraphBuilder g, GraphTensor x, Operand axis, bool exclusive, bool reverse) =>
        g.Add("Cumprod", "Cumprod", new() { ["exclusive"] = exclusive, ["reverse"] = reverse }, x, axis);

    private static GraphTensor Sum(GraphBuilder g, GraphTensor x, Operand axis, bool exclusive, bool reverse) =>
        g.Add("Cumsum", "Cumsum", new() { ["exclusive"] = exclusive, ["reverse"] = reverse }, x, axis);

    private static GraphTensor?[] CumsumGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [Sum(g, dy[0], op.Inputs[1], op.Bool("exclusive"), !op.Bool("reverse")), null];

    private static GraphTensor?[] CumprodGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor x, GraphTensor axis) = (op.Inputs[0], op.Inputs[1]);
        (bool exclusive, bool reverse) = (op.Bool("exclusive"), op.Bool("reverse"));
        GraphTensor products = Product(g, x, axis, exclusive, reverse);
        GraphTensor sums = Sum(g, products * dy[0], axis, exclusive, !reverse);
        return [g.Add("DivNoNan", "div_no_nan", null, sums, x), null];
    }
}
