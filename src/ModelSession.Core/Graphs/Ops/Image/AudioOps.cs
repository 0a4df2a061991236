namespace ModelSessions.Graphs.Ops;

/// <summary>Sound.</summary>
internal static class AudioOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("DecodeWav", DecodeShape);
        ops.Define("EncodeWav", Shapes.Scalar);
    }

    private static void DecodeShape(ShapeContext c)
    {
        c.Input(0, 0);
        c.Output(0, [c.Int("desired_samples"), c.Int("desired_channels")]);
        c.Output(1, Shape.Scalar);
    }
}
