namespace ModelSessions.Graphs.Ops;

/// <summary>Normalisations.</summary>
internal static class NormalizationOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BatchNormWithGlobalNormalization", GlobalShape, GlobalGradient);
        ops.Define("BatchNormWithGlobalNormalizationGrad", GlobalGradShape);
        ops.Define("FusedBatchNorm", BatchNormShape, BatchNormGradient);
        ops.Define("FusedBatchNormGrad", BatchNormGradShape);
        ops.Define("FusedBatchNormGradV2", BatchNormGradShape);
        ops.Define("FusedBatchNormGradV3", BatchNormGradShape);
        ops.Define("FusedBatchNormV2", BatchNormShape, BatchNormGradient);
        ops.Define("FusedBatchNormV3", BatchNormShape, BatchNormGradient);
        ops.Define("LRN", c => c.Output(0, c.Input(0, 4)), LrnGradient);
        ops.Define("LRNGrad", Shapes.SameAsInput);
    }

    private static void GlobalShape(ShapeContext c)
    {
        Shape input = c.Input(0, 4);
        long channels = input[3];
        for (int i = 1; i < 5; i++)
        {
            channels = c.MergeSize(channels, c.Input(i, 1)[0]);
        }

        c.Output(0, input.With(3, channels));
    }

    private static void GlobalGradShape(ShapeContext c)
    {
        Shape input = c.Merge(c.Input(0, 4), c.Input(4, 4));
        c.Outputs([input[3]]);
        c.Output(0, input);
    }

    private static GraphTensor?[] GlobalGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [.. g.AddOperation(op.Type + "Grad", null, NodeAttributes.From(op, "variance_epsilon", "scale_after_normalization"), op.Inputs[0], op.Inputs[1], op.Inputs[2], op.Inputs[4], dy[0]).Outputs];

    private static void BatchNormShape(ShapeContext c)
    {
        Shape x = c.Input(0, c.Text("data_format").Length);
        (_, int channel, _) = Windows.Layout(c.Text("data_format"), x.Rank);
        long channels = x[channel];
        for (int i = 1; i < 5; i++)
        {
            // Empty means and variances are for training.
            Shape vector = c.Input(i, 1);
            channels = vector[0] == 0 && i > 2 ? channels : c.MergeSize(channels, vector[0]);
        }

        c.Output(0, x.With(channel, channels));
        for (int i = 1; i < c.OutputCount; i++)
        {
            c.Output(i, i < 5 ? [channels] : Shape.Unknown);
        }
    }

    private static void BatchNormGradShape(ShapeContext c)
    {
        Shape dy = c.Input(0, c.Text("data_format").Length);
        (_, int channel, _) = Windows.Layout(c.Text("data_format"), dy.Rank);
        c.Output(0, dy);
        c.Output(1, [dy[channel]]);
        c.Output(2, [dy[channel]]);
        c.Output(3, [0]);
        c.Output(4, [0]);
    }

    private static GraphTensor?[] BatchNormGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        string type = op.Type.Insert("FusedBatchNorm".Length, "Grad"), format = op.String("data_format");
        (GraphTensor x, GraphTensor gradient) = (op.Inputs[0], dy[0]);
        GraphTensor mean = op.Outputs[3], variance = op.Outputs[4];
        long[]? back = null;
        if (!op.Bool("is_training"))
        {
            (mean, variance) = (op.Inputs[3], op.Inputs[4]);
            // The inference gradient has kernels for channels last only.
            (long[]? forth, back) = format switch
            {
                "NCHW" => ((long[])[0, 2, 3, 1], (long[])[0, 3, 1, 2]),
                "NCDHW" => ((long[])[0, 2, 3, 4, 1], (long[])[0, 4, 1, 2, 3]),
                _ => default((long[]?, long[]?)),
            };
            if (forth is not null)
            {
                (x, gradient) = (g.Transpose(x, forth), g.Transpose(gradient, forth));
                format = forth.Length == 4 ? "NHWC" : "NDHWC";
            }
        }

        NodeAttributes attributes = NodeAttributes.From(op, "epsilon", "is_training");
        attributes["data_format"] = format;
        Operand[] inputs = [gradient, x, op.Inputs[1], mean, variance];
        IReadOnlyList<GraphTensor> outputs = g.AddOperation(type, null, attributes, op.Outputs.Count == 6 ? [.. inputs, op.Outputs[5]] : inputs).Outputs;
        return [back is null ? outputs[0] : g.Transpose(outputs[0], back), outputs[1], outputs[2], null, null];
    }

    private static GraphTensor?[] LrnGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [g.Add("LRNGrad", "LRNGrad", NodeAttributes.From(op, "depth_radius", "bias", "alpha", "beta"), dy[0], op.Inputs[0], op.Outputs[0])];
}
