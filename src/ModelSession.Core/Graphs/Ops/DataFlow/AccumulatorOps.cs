namespace ModelSessions.Graphs.Ops;

/// <summary>Accumulators of gradients.</summary>
internal static class AccumulatorOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("ConditionalAccumulator", c => c.Output(0, [2]));
        ops.DefineStop("ResourceConditionalAccumulator", c => c.Output(0, [2]));
        ops.DefineStop("SparseConditionalAccumulator", c => c.Output(0, [2]));
        foreach (string version in (string[])["", "Resource"])
        {
            ops.DefineStop(version + "AccumulatorApplyGradient", shape: null);
            ops.DefineStop(version + "AccumulatorNumAccumulated", Shapes.Scalar);
            ops.DefineStop(version + "AccumulatorSetGlobalStep", c => c.Input(1, 0));
            ops.DefineStop(version + "AccumulatorTakeGradient", shape: null);
        }

        ops.DefineStop("SparseAccumulatorApplyGradient", shape: null);
        ops.DefineStop("SparseAccumulatorTakeGradient", shape: null);
    }
}
