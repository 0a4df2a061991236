namespace ModelSessions.Graphs.Ops;

/// <summary>Normalisations.</summary>
internal static class NormalizationOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("FusedBatchNorm", BatchNormShape);
        ops.Define("FusedBatchNormV2", BatchNormShape);
        ops.Define("FusedBatchNormV3", BatchNormShape);
        ops.Define("LRN", c => c.Output(0, c.Input(0, 4)), LrnGradient);
        ops.Define("LRNGrad", Shapes.SameAsInput);
    }

    private static void BatchNormShape(ShapeContext c)
    {
        Shape x = c.Input(0);
        x = x.HasRank ? x : Shape.OfRank(4);
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

    private static GraphTensor?[] LrnGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        [g.Add("LRNGrad", "LRNGrad", NodeAttributes.From(op, "depth_radius", "bias", "alpha", "beta"), dy[0], op.Inputs[0], op.Outputs[0])];
}
