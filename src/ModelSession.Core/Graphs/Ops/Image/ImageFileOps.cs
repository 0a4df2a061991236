namespace ModelSessions.Graphs.Ops;

/// <summary>Images in files.</summary>
internal static class ImageFileOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("DecodeAndCropJpeg", CropShape);
        ops.Define("DecodeBmp", DecodeShape);
        ops.Define("DecodeGif", c => c.Output(0, [-1, -1, -1, 3]));
        ops.Define("DecodeImage", DecodeAnyShape);
        ops.Define("DecodeJpeg", DecodeShape);
        ops.Define("DecodePng", DecodeShape);
        ops.Define("EncodeJpeg", EncodeShape);
        ops.Define("EncodeJpegVariableQuality", EncodeShape);
        ops.Define("EncodePng", c => c.Output(0, c.InputAtLeast(0, 3) is { HasRank: true } image ? Shapes.Sub(image, 0, image.Rank - 3) : Shape.Unknown));
        ops.Define("ExtractJpegShape", c => c.Output(0, [3]));
    }

    private static long Channels(ShapeContext c)
    {
        long channels = c.Int("channels");
        return channels < 0 ? throw c.Error($"channels must be non-negative, got {channels}.") : channels == 0 ? -1 : channels;
    }

    private static void DecodeShape(ShapeContext c)
    {
        c.Input(0, 0);
        c.Output(0, [-1, -1, Channels(c)]);
    }

    // With frames that may be more than one, not even the rank is known.
    private static void DecodeAnyShape(ShapeContext c)
    {
        c.Input(0, 0);
        long channels = Channels(c);
        c.Output(0, c.Flag("expand_animations") ? Shape.Unknown : [-1, -1, channels]);
    }

    private static void CropShape(ShapeContext c)
    {
        c.Input(0, 0);
        Shape window = c.Input(1, 1);
        c.MergeSize(window[0], 4);
        PartialValue? value = c.Value(1);
        long Side(int at) => value is { Items.Count: 4 } && value.Items[at] is var side and >= 0 ? side : -1;
        c.Output(0, [Side(2), Side(3), Channels(c)]);
    }

    private static void EncodeShape(ShapeContext c)
    {
        c.Input(0, 3);
        c.Output(0, Shape.Scalar);
    }
}
