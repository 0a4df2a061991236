namespace ModelSessions.Graphs.Ops;

/// <summary>Sound.</summary>
internal static class AudioOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("AudioSpectrogram", SpectrogramShape);
        ops.Define("DecodeWav", DecodeShape);
        ops.Define("EncodeWav", Shapes.Scalar);
        ops.Define("Mfcc", CepstrumShape);
    }

    private static void SpectrogramShape(ShapeContext c)
    {
        Shape sound = c.Input(0, 2);
        long window = c.Int("window_size"), stride = c.Int("stride");
        if (window <= 1 || stride <= 0)
        {
            throw c.Error(window <= 1 ? $"window size must be > 1, got {window}" : $"stride must be strictly positive, got {stride}");
        }

        long samples = sound[0], moments = samples < 0 ? -1 : samples < window ? 0 : 1 + ((samples - window) / stride);
        c.Output(0, [sound[1], moments, 1 + ((long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)window) / 2)]);
    }

    private static void CepstrumShape(ShapeContext c)
    {
        Shape spectrogram = c.Input(0, 3);
        c.Input(1, 0);
        c.Output(0, [spectrogram[0], spectrogram[1], c.Int("dct_coefficient_count")]);
    }

    private static void DecodeShape(ShapeContext c)
    {
        c.Input(0, 0);
        c.Output(0, [c.Int("desired_samples"), c.Int("desired_channels")]);
        c.Output(1, Shape.Scalar);
    }
}
