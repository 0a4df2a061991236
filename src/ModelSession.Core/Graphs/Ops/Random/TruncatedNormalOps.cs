namespace ModelSessions.Graphs.Ops;

/// <summary>Normal numbers between bounds: how they move with mean, deviation and bounds is known (implicit reparametrisation).</summary>
internal static class TruncatedNormalOps
{
    // The parameters follow shape and seed.
    private const int FirstParameter = 2;

    public static void Define(OpTable ops) => ops.Define("StatelessParameterizedTruncatedNormal", Shapes.FromFirstValue, Gradient);

    private static GraphTensor?[] Gradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        (GraphTensor mean, GraphTensor deviation) = (op.Inputs[2], op.Inputs[3]);
        GraphTensor low = (op.Inputs[4] - mean) / deviation, high = (op.Inputs[5] - mean) / deviation, sample = (op.Outputs[0] - mean) / deviation;
        GraphTensor place = (Cumulated(g, sample) - Cumulated(g, low)) / (Cumulated(g, high) - Cumulated(g, low));
        (double tiny, double epsilon) = mean.DType switch
        {
            DType.Float64 => (2.2250738585072014e-308, double.BitIncrement(1) - 1),
            DType.Float16 => (6.103515625e-05, 0.0009765625),
            _ => (1.1754943508222875e-38, 1.1920928955078125e-07),
        };

        // Kept from 0 and 1 for the logarithms.
        place = g.Maximum(g.Minimum(place, g.Constant(1 - epsilon, mean.DType)), g.Constant(tiny, mean.DType));
        GraphTensor square = g.Square(sample);
        GraphTensor byHigh = g.Exp((square - g.Square(high)) * 0.5 + g.Log(place));
        GraphTensor byLow = g.Exp((square - g.Square(low)) * 0.5 + g.Add("Log1p", -place));
        GraphTensor[] slopes = [g.OnesLike(sample), sample, byLow, byHigh];
        return [null, null, .. Reduced(g, op, [.. slopes.Select(slope => dy[0] * slope)])];
    }

    // The normal distribution's share below x, from the error function's side that keeps digits.
    private static GraphTensor Cumulated(GraphBuilder g, GraphTensor x)
    {
        GraphTensor half = g.Constant(0.5 * Math.Sqrt(2), x.DType), w = x * half, z = g.Abs(w);
        GraphTensor outside = g.Where(g.Add("Greater", w, 0.0), 2.0 - g.Add("Erfc", z), g.Add("Erfc", z));
        return g.Where(g.Add("Less", z, half), 1.0 + g.Add("Erf", w), outside) * 0.5;
    }

    private static IEnumerable<GraphTensor> Reduced(GraphBuilder g, GraphOperation op, GraphTensor[] gradients)
    {
        GraphTensor[] shapes = [.. op.Inputs.Skip(FirstParameter).Select(parameter => g.ShapeOf(parameter))];
        GraphTensor common = shapes[0];
        foreach (GraphTensor shape in shapes.Skip(1))
        {
            common = g.Add("BroadcastArgs", common, shape);
        }

        GraphTensor samples = g.Sequence(0, g.SizeOf(op.Inputs[0]) - g.SizeOf(common), 1);
        return gradients.Zip(shapes, (gradient, shape) =>
        {
            GraphTensor axes = g.AddOperation("BroadcastGradientArgs", null, null, common, shape).Outputs[1];
            return g.Reshape(g.ReduceSum(g.ReduceSum(gradient, samples), axes, keepDims: true), shape);
        });
    }
}
