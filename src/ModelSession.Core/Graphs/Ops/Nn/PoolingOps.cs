namespace ModelSessions.Graphs.Ops;

/// <summary>Pooling.</summary>
internal static class PoolingOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("AvgPool", c => PoolShape(c, 4), (g, op, dy) => [g.Add("AvgPoolGrad", "AvgPoolGrad", Attributes(op), g.ShapeOf(op.Inputs[0]), dy[0])]);
        ops.Define("AvgPool3D", c => PoolShape(c, 5), (g, op, dy) => [g.Add("AvgPool3DGrad", "AvgPool3DGrad", Attributes(op), g.ShapeOf(op.Inputs[0]), dy[0])]);
        ops.Define("AvgPool3DGrad", c => c.Output(0, OfRank(c.ShapeFrom(0), 5)), (g, op, dy) => AverageGradGradient(g, op, dy[0], "AvgPool3D"));
        ops.Define("AvgPoolGrad", c => c.Output(0, OfRank(c.ShapeFrom(0), 4)), (g, op, dy) => AverageGradGradient(g, op, dy[0], "AvgPool"));
        ops.Define("FractionalAvgPool", FractionalShape, FractionalAverageGradient);
        ops.Define("FractionalAvgPoolGrad", c => c.Output(0, OfRank(c.ShapeFrom(0), 4)));
        ops.Define("FractionalMaxPool", FractionalShape, (g, op, dy) =>
            [g.Add("FractionalMaxPoolGrad", null, NodeAttributes.From(op, "overlapping"), op.Inputs[0], op.Outputs[0], dy[0], op.Outputs[1], op.Outputs[2])]);
        ops.Define("FractionalMaxPoolGrad", c => c.Output(0, c.Input(0, 4)));
        ops.Define("MaxPool", c => PoolShape(c, 4), MaxPoolGradient);
        ops.Define("MaxPool3D", c => PoolShape(c, 5), (g, op, dy) => [g.Add("MaxPool3DGrad", "MaxPool3DGrad", Attributes(op), op.Inputs[0], op.Outputs[0], dy[0])]);
        ops.Define("MaxPool3DGrad", c => c.Output(0, c.Input(0, 5)), (g, op, dy) => MaximumGradGradient(g, op, dy[0], "MaxPool3DGradGrad"));
        ops.Define("MaxPool3DGradGrad", c => GradGradShape(c, 5), (g, op, dy) => MaximumGradGradient(g, op, dy[0], "MaxPool3DGrad"));
        ops.Define("MaxPoolGrad", c => c.Output(0, c.Input(0, 4)), (g, op, dy) => MaximumGradGradient(g, op, dy[0], "MaxPoolGradGrad"));
        ops.Define("MaxPoolGradGrad", c => GradGradShape(c, 4), (g, op, dy) => MaximumGradGradient(g, op, dy[0], "MaxPoolGrad"));
        ops.Define("MaxPoolGradGradV2", c => GradGradShape(c, 4));
        ops.Define("MaxPoolGradV2", c => c.Output(0, c.Input(0, 4)), MaxPoolGradV2Gradient);
        ops.Define("MaxPoolGradWithArgmax", c => c.Output(0, c.Input(0, 4)));
        ops.Define("MaxPoolV2", c => PoolShape(c, 4), MaxPoolV2Gradient);
        ops.Define("MaxPoolWithArgmax", c => PoolShape(c, 4), MaxPoolWithArgmaxGradient);
    }

    private static Shape OfRank(Shape shape, int rank) => shape.HasRank ? shape : Shape.OfRank(rank);

    private static NodeAttributes Attributes(GraphOperation op) => NodeAttributes.From(op, "ksize", "strides", "padding", "data_format");

    private static void PoolShape(ShapeContext c, int rank) => c.Outputs(PoolShapeOf(c, rank));

    // The gradient's gradient has a place for each window, and is made of an image of the input's shape.
    private static void GradGradShape(ShapeContext c, int rank)
    {
        Shape output = c.Merge(c.Input(1), PoolShapeOf(c, rank));
        c.Merge(c.Input(0), c.Input(2));
        c.Output(0, output);
    }

    private static Shape PoolShapeOf(ShapeContext c, int rank)
    {
        Shape input = c.Input(0, rank);
        string format = c.Operation.Attributes.ContainsKey("data_format") ? c.Text("data_format") : "NHWC", padding = c.Text("padding");
        if (Numbers(c, "ksize", c.InputCount - 2) is not { } window || Numbers(c, "strides", c.InputCount - 1) is not { } strides)
        {
            return Shape.OfRank(rank);
        }

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
        return new Shape(sizes);
    }

    // An attribute, or in the second versions an input; null if that is not known.
    private static IReadOnlyList<long>? Numbers(ShapeContext c, string name, int input) =>
        c.Operation.Attributes.ContainsKey(name) ? c.Operation.Ints(name) : c.Value(input) is { IsKnown: true } value ? value.Items : null;

    private static void FractionalShape(ShapeContext c)
    {
        Shape input = c.Input(0, 4);
        float[] ratio = [.. c.Operation.Attributes["pooling_ratio"].List.F];
        if (ratio.Length != 4 || ratio.Any(one => !(one >= 1)))
        {
            throw c.Error($"pooling_ratio must be 4 numbers, none smaller than 1, not [{string.Join(", ", ratio.Select(each => $"{each}"))}].");
        }

        long[] sizes = [.. ratio.Select((one, axis) => input[axis] < 0 ? -1 : (long)MathF.Floor(input[axis] / one))];
        c.Output(0, new Shape(sizes));
        // TensorFlow says the number of windows here, where there is one place more.
        c.Output(1, [-1]);
        c.Output(2, [-1]);
    }

    // Python takes the static shape; where that is not known, a run's.
    private static GraphTensor?[] FractionalAverageGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor shape = op.Inputs[0].Shape.IsFullyDefined
            ? g.Constant(Tensor.From<long>(op.Inputs[0].Shape.Dimensions))
            : g.ShapeOf(op.Inputs[0], DType.Int64);
        return [g.Add("FractionalAvgPoolGrad", null, NodeAttributes.From(op, "overlapping"), shape, dy[0], op.Outputs[1], op.Outputs[2])];
    }

    private static GraphTensor?[] MaxPoolV2Gradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
    [
        g.Add("MaxPoolGradV2", null, NodeAttributes.From(op, "padding", "data_format"), op.Inputs[0], op.Outputs[0], dy[0], op.Inputs[1], op.Inputs[2]),
        null,
        null,
    ];

    private static GraphTensor?[] MaxPoolGradV2Gradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor x = g.ZerosLike(op.Inputs[0]), y = g.ZerosLike(op.Inputs[1]);
        NodeAttributes attributes = NodeAttributes.From(op, "padding", "data_format");
        return [x, y, g.Add("MaxPoolGradGradV2", null, attributes, op.Inputs[0], op.Inputs[1], dy[0], op.Inputs[3], op.Inputs[4]), null, null];
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
