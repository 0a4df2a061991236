namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in ctc_ops.cc: losses and decoders for sequences without an alignment.</summary>
internal static class CtcFamily
{
    private const string NoSecondGradient =
        "Currently there is no way to take the second  derivative of ctc_loss due to the fused implementation's interaction  with tf.gradients()";

    public static void Define(OpTable ops)
    {
        ops.DefineStop("CTCBeamSearchDecoder", DecoderShape);
        ops.DefineStop("CTCGreedyDecoder", DecoderShape);
        ops.Define("CTCLoss", LossShape, LossGradient);
        ops.Define("CTCLossV2", LossShape, LossGradient);
    }

    private static void LossShape(ShapeContext c)
    {
        Shape inputs = c.Input(0, 3), indices = c.Input(1, 2), values = c.Input(2, 1), lengths = c.Input(3, 1);
        c.MergeSize(indices[0], values[0]);
        long batch = c.MergeSize(inputs[1], lengths[0]);
        c.Output(0, [batch]);
        c.Output(1, [inputs[0], batch, inputs[2]]);
    }

    private static void DecoderShape(ShapeContext c)
    {
        long batch = c.MergeSize(c.Input(0, 3)[1], c.Input(1, 1)[0]);
        int paths = (c.OutputCount - 1) / 3;
        for (int i = 0; i < paths; i++)
        {
            c.Output(i, [-1, 2]);
            c.Output(paths + i, [-1]);
            c.Output(2 * paths + i, [2]);
        }

        c.Output(3 * paths, [batch, paths]);
    }

    // The second output is the gradient already.
    private static GraphTensor?[] LossGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor gradient = g.Add("PreventGradient", null, new NodeAttributes { ["message"] = NoSecondGradient }, op.Outputs[1]);
        return [g.ExpandDims(dy[0], -1) * gradient, null, null, null];
    }
}
