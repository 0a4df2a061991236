namespace ModelSessions.Graphs.Ops;

/// <summary>Pooling.</summary>
internal static class PoolingOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("AvgPool", c => PoolShape(c, 4), (g, op, dy) => [g.Add("AvgPoolGrad", "AvgPoolGrad", Attributes(op), g.ShapeOf(op.Inputs[0]), dy[0])]);
        ops.Define("AvgPool3D", c => PoolShape(c, 5), (g, op, dy) => [g.Add("AvgPool3DGrad", "AvgPool3DGrad", Attributes(op), g.ShapeOf(op.Inputs[0]), dy[0])]);
        ops.Define("AvgPool3DGrad", c => c.Output(0, c.ShapeFrom(0)), (g, op, dy) => AverageGradGradient(g, op, dy[0], "AvgPool3D"));
        ops.Define("AvgPoolGrad", c => c.Output(0, c.ShapeFrom(0)), (g, op, dy) => AverageGradGradient(g, op, dy[0], "AvgPool"));
        ops.Define("MaxPool", c => PoolShape(c, 4), MaxPoolGradient);
        ops.Define("MaxPool3D", c => PoolShape(c, 5), (g, op, dy) => [g.Add("MaxPool3DGrad", "MaxPool3DGrad", Attributes(op), op.Inputs[0], op.Outputs[0], dy[0])]);
        ops.Define("MaxPool3DGrad", Shapes.SameAsInput, (g, op, dy) => MaximumGradGradient(g, op, dy[0], "MaxPool3DGradGrad"));
        ops.Define("MaxPool3DGradGrad", Shapes.SameAsSecondInput);
        ops.Define("MaxPoolGrad", Shapes.SameAsInput, (g, op, dy) => MaximumGradGradient(g, op, dy[0], "MaxPoolGradGrad"));
        ops.Define("MaxPoolGradGrad", Shapes.SameAsSecondInput);
        ops.Define("MaxPoolWithArgmax", c => PoolShape(c, 4), MaxPoolWithArgmaxGradient);
        ops.Define("MaxPoolGradWithArgmax", Shapes.SameAsInput);
    }

    private static NodeAttributes Attributes(GraphOperation op) => NodeAttributes.From(op, "ksize", "strides", "padding", "data_format");

    private static void PoolShape(ShapeContext c, int rank)
    {
        Shape input = c.Input(0, rank);
        string format = c.Operation.Attributes.ContainsKey("data_format") ? c.Text("data_format") : "NHWC", padding = c.Text("padding");
        IReadOnlyList<long> window = c.Operation.Ints("ksize"), strides = c.Operation.Ints("strides");
        if (window.Count != rank || strides.Count != rank)
        {
            throw c.Error($"ksize and strides must have {rank} numbers each.");
        }

        IReadOnlyList<long> explicitly = c.Operation.Attributes.ContainsKey("explicit_paddings") ? c.Operation.Ints("explicit_paddings") : [];
        (_, int channel, int[] spatial) = Windows.Layout(format, rank);
        long[] sizes = input.Dimensions.ToArray();
        foreach (int at in spatial)
        {
            bool padded = explicitly.Count == 2 * rank;
            sizes[at] = Windows.Steps(c, input[at], window[at], 1, strides[at], padding, padded ? explicitly[2 * at] : 0, padded ? explicitly[2 * at + 1] : 0);
        }

        sizes[channel] = window[channel] == 1 ? input[channel] : Windows.Steps(c, input[channel], window[channel], 1, strides[channel], padding);
        c.Outputs(new Shape(sizes));
    }

    private static GraphTensor?[] MaxPoolGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [g.Add("MaxPoolGrad", "MaxPoolGrad", NodeAttributes.From(op, "ksize", "strides", "padding", "explicit_paddings", "data_format"), op.Inputs[0], op.Outputs[0], dy[0])];

    private static GraphTensor?[] MaxPoolWithArgmaxGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [g.Add("MaxPoolGradWithArgmax", "MaxPoolGradWithArgmax", NodeAttributes.From(op, "ksize", "strides", "padding", "include_batch_in_index"), op.Inputs[0], dy[0], op.Outputs[1])];

    private static GraphTensor?[] AverageGradGradient(GraphBuilder g, GraphOperation op, GraphTensor dy, string pool)
    {
        GraphTensor stopped = g.StopGradient(op.Inputs[0]);
        return [stopped, g.Add(pool, pool, Attributes(op), dy)];
    }

    private static GraphTensor?[] MaximumGradGradient(GraphBuilder g, GraphOperation op, GraphTensor dy, string type)
    {
        GraphTensor x = g.ZerosLike(op.Inputs[0]), y = g.ZerosLike(op.Inputs[1]);
        return [x, y, g.Add(type, type, Attributes(op), op.Inputs[0], op.Inputs[1], dy)];
    }
}
