namespace ModelSessions.Graphs.Ops;

/// <summary>Images: of another size, in other colours, in files.</summary>
internal static class ImageOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("AdjustContrastv2", Shapes.SameAsInput);
        ops.Define("AdjustHue", Shapes.SameAsInput);
        ops.Define("AdjustSaturation", Shapes.SameAsInput);
        ops.Define("CropAndResize", CropShape, CropGradient);
        ops.Define("CropAndResizeGradBoxes", c => c.Output(0, c.Input(2, 2)));
        ops.Define("CropAndResizeGradImage", c => c.Output(0, c.ShapeFrom(3)));
        ops.Define("DecodeBmp", DecodeShape);
        ops.Define("DecodeJpeg", DecodeShape);
        ops.Define("DecodePng", DecodeShape);
        ops.Define("EncodeJpeg", Shapes.Scalar);
        ops.Define("EncodePng", c => c.Output(0, c.Input(0) is { HasRank: true } image ? Shapes.Sub(image, 0, Math.Max(0, image.Rank - 3)) : Shape.Unknown));
        ops.Define("HSVToRGB", Shapes.SameAsInput);
        ops.Define("RGBToHSV", Shapes.SameAsInput);
        ops.Define("ResizeArea", ResizeShape);
        ops.Define("ResizeBicubic", ResizeShape, (g, op, dy) => [Backward(g, op, dy[0], op.Inputs[0]), null]);
        ops.Define("ResizeBicubicGrad", Shapes.SameAsSecondInput);
        ops.Define("ResizeBilinear", ResizeShape, (g, op, dy) => [Backward(g, op, dy[0], op.Inputs[0]), null]);
        ops.Define("ResizeBilinearGrad", Shapes.SameAsSecondInput);
        ops.Define("ResizeNearestNeighbor", ResizeShape, NearestGradient);
        ops.Define("ResizeNearestNeighborGrad", ResizeShape);
        ops.Define("ScaleAndTranslate", ResizeShape, ScaleGradient);
        ops.Define("ScaleAndTranslateGrad", Shapes.SameAsSecondInput);
    }

    private static void DecodeShape(ShapeContext c)
    {
        long channels = c.Int("channels");
        c.Output(0, [-1, -1, channels > 0 ? channels : -1]);
    }

    private static void ResizeShape(ShapeContext c)
    {
        Shape images = c.Input(0, 4);
        c.Output(0, [images[0], Size(c, 1, 0), Size(c, 1, 1), images[3]]);
    }

    private static void CropShape(ShapeContext c)
    {
        Shape images = c.Input(0, 4);
        c.Output(0, [c.Input(1, 2)[0], Size(c, 3, 0), Size(c, 3, 1), images[3]]);
    }

    private static long Size(ShapeContext c, int input, int at) =>
        c.Value(input) is { Items.Count: 2 } sizes && sizes.Items[at] != PartialValue.Unknown ? sizes.Items[at] : -1;

    private static GraphTensor Backward(GraphBuilder g, GraphOperation op, GraphTensor dy, Operand original) =>
        g.Add(op.Type + "Grad", op.Type + "Grad", NodeAttributes.From(op, "align_corners", "half_pixel_centers"), dy, original);

    private static GraphTensor?[] NearestGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor images = op.Inputs[0];
        Operand sizes = images.Shape.HasRank && images.Shape[1] >= 0 && images.Shape[2] >= 0
            ? new[] { images.Shape[1], images.Shape[2] }
            : g.Range(g.ShapeOf(images), 1, 3);
        return [Backward(g, op, dy[0], sizes), null];
    }

    private static GraphTensor?[] ScaleGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
    [
        g.Add("ScaleAndTranslateGrad", "ScaleAndTranslateGrad", NodeAttributes.From(op, "kernel_type", "antialias"), dy[0], op.Inputs[0], op.Inputs[2], op.Inputs[3]),
        null, null, null,
    ];

    private static GraphTensor?[] CropGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor image = op.Inputs[0], boxes = op.Inputs[1], numbers = op.Inputs[2];
        Operand shape = image.Shape.IsFullyDefined ? image.Shape : g.ShapeOf(image);
        GraphTensor? gradient = image.DType.IsFloating()
            ? g.Add("CropAndResizeGradImage", "CropAndResizeGradImage", NodeAttributes.From(op, "T", "method"), dy[0], boxes, numbers, shape)
            : null;
        return [gradient, g.Add("CropAndResizeGradBoxes", dy[0], image, boxes, numbers), null, null];
    }
}
