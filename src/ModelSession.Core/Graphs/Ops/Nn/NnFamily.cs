namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in nn_ops.cc.</summary>
internal static class NnFamily
{
    public static void Define(OpTable ops)
    {
        ActivationOps.Define(ops);
        BiasOps.Define(ops);
        ConvolutionOps.Define(ops);
        LossOps.Define(ops);
        NormalizationOps.Define(ops);
        PoolingOps.Define(ops);
        TopOps.Define(ops);
    }
}
