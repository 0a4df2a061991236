namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in spectral_ops.cc.</summary>
internal static class SpectralFamily
{
    public static void Define(OpTable ops) => FourierOps.Define(ops);
}
