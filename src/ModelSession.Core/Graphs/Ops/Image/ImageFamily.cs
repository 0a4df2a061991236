namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in image_ops.cc and audio_ops.cc.</summary>
internal static class ImageFamily
{
    public static void Define(OpTable ops)
    {
        AudioOps.Define(ops);
        BoxOps.Define(ops);
        ColorOps.Define(ops);
        CropOps.Define(ops);
        ImageFileOps.Define(ops);
        ProjectionOps.Define(ops);
        ResizeOps.Define(ops);
    }
}
