namespace ModelSessions.Graphs.Ops;

/// <summary>Rounding to few bits and back, as a network learns to live with it.</summary>
internal static class QuantizeOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Dequantize", DequantizeShape);
        ops.Define("FakeQuantWithMinMaxArgs", Shapes.SameAsInput, (g, op, dy) =>
            [g.Add("FakeQuantWithMinMaxArgsGradient", "FakeQuantWithMinMaxArgsGradient", NodeAttributes.From(op, "min", "max", "num_bits", "narrow_range"), dy[0], op.Inputs[0])]);
        ops.Define("FakeQuantWithMinMaxArgsGradient", Shapes.SameAsInput);
        ops.Define("FakeQuantWithMinMaxVars", Shapes.SameAsInput, VariablesGradient);
        ops.Define("FakeQuantWithMinMaxVarsGradient", GradientShape);
        ops.Define("FakeQuantWithMinMaxVarsPerChannel", PerChannelShape, VariablesGradient);
        ops.Define("FakeQuantWithMinMaxVarsPerChannelGradient", GradientShape);
        ops.Define("QuantizeAndDequantize", Shapes.SameAsInput, (g, op, dy) => [dy[0]]);
        ops.Define("QuantizeAndDequantizeV2", Shapes.SameAsInput, (g, op, dy) => [dy[0], null, null]);
        ops.Define("QuantizeAndDequantizeV3", Shapes.SameAsInput, (g, op, dy) => [dy[0], null, null, null]);
        ops.Define("QuantizeAndDequantizeV4", Shapes.SameAsInput, (g, op, dy) =>
            [.. g.AddOperation("QuantizeAndDequantizeV4Grad", null, NodeAttributes.From(op, "axis"), dy[0], op.Inputs[0], op.Inputs[1], op.Inputs[2]).Outputs]);
        ops.Define("QuantizeAndDequantizeV4Grad", GradientShape);
        ops.Define("QuantizeDownAndShrinkRange", WithRange);
        ops.Define("QuantizeV2", QuantizeShape);
        ops.Define("QuantizedRelu", WithRange);
        ops.Define("QuantizedRelu6", WithRange);
        ops.Define("RequantizationRange", Shapes.Scalar);
        ops.Define("Requantize", WithRange);
    }

    private static void WithRange(ShapeContext c)
    {
        c.Output(0, c.Input(0));
        c.Output(1, Shape.Scalar);
        c.Output(2, Shape.Scalar);
    }

    private static void DequantizeShape(ShapeContext c)
    {
        RangeShape(c);
        c.Output(0, c.Input(0));
    }

    private static void QuantizeShape(ShapeContext c)
    {
        Shape range = RangeShape(c);
        c.Output(0, c.Input(0));
        c.Output(1, range);
        c.Output(2, range);
    }

    // One range, or one for each place along the axis.
    private static Shape RangeShape(ShapeContext c)
    {
        int rank = c.Int("axis") < 0 ? 0 : 1;
        Shape range = c.Merge(c.Input(1, rank), c.Input(2, rank));
        if (rank == 1 && c.Input(0).HasRank)
        {
            int axis = c.Axis(c.Int("axis"), c.Input(0).Rank);
            return [c.MergeSize(range[0], c.Input(0)[axis])];
        }

        return range;
    }

    // A range for each channel, which is the last dimension.
    private static void PerChannelShape(ShapeContext c)
    {
        Shape input = c.InputAtLeast(0, 1);
        long channels = c.MergeSize(c.Input(1, 1)[0], c.Input(2, 1)[0]);
        c.Output(0, input.HasRank ? input.With(input.Rank - 1, c.MergeSize(input[-1], channels)) : input);
    }

    private static void GradientShape(ShapeContext c)
    {
        c.Output(0, c.Input(0));
        c.Output(1, c.Input(2));
        c.Output(2, c.Input(3));
    }

    private static GraphTensor?[] VariablesGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
    [
        .. g.AddOperation(
            op.Type + "Gradient", null, NodeAttributes.From(op, "num_bits", "narrow_range"), dy[0], op.Inputs[0], op.Inputs[1], op.Inputs[2]).Outputs,
    ];
}
