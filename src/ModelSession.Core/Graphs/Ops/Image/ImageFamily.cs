namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in image_ops.cc.</summary>
internal static class ImageFamily
{
    public static void Define(OpTable ops) => ImageOps.Define(ops);
}
