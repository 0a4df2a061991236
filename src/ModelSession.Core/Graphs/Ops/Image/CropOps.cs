namespace ModelSessions.Graphs.Ops;

/// <summary>Parts of images.</summary>
internal static class CropOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("CropAndResize", CropShape, CropGradient);
        ops.Define("CropAndResizeGradBoxes", c => c.Output(0, c.Input(2, 2)));
        ops.Define("CropAndResizeGradImage", c => c.Output(0, c.ShapeFrom(3)));
        ops.Define("ExtractGlimpse", GlimpseShape);
        ops.Define("ExtractGlimpseV2", GlimpseShape);
        ops.Define("RandomCrop", c => c.Output(0, [ResizeOps.Size(c, 1, 0), ResizeOps.Size(c, 1, 1), c.Input(0, 3)[2]]));
    }

    private static void CropShape(ShapeContext c)
    {
        Shape images = c.Input(0, 4), boxes = c.Input(1, 2);
        c.MergeSize(boxes[1], 4);
        c.Output(0, [c.MergeSize(boxes[0], c.Input(2, 1)[0]), ResizeOps.Size(c, 3, 0), ResizeOps.Size(c, 3, 1), images[3]]);
    }

    private static void GlimpseShape(ShapeContext c)
    {
        Shape images = c.Input(0, 4), offsets = c.Input(2, 2);
        c.MergeSize(offsets[1], 2);
        c.Output(0, [c.MergeSize(images[0], offsets[0]), ResizeOps.Size(c, 1, 0), ResizeOps.Size(c, 1, 1), images[3]]);
    }

    private static GraphTensor?[] CropGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor image = op.Inputs[0], boxes = op.Inputs[1], numbers = op.Inputs[2];
        Operand shape = image.Shape.IsFullyDefined ? image.Shape : g.ShapeOf(image);
        GraphTensor? gradient = image.DType is DType.Float16 or DType.Float32 or DType.Float64
            ? g.Add("CropAndResizeGradImage", "CropAndResizeGradImage", NodeAttributes.From(op, "T", "method"), dy[0], boxes, numbers, shape)
            : null;
        return [gradient, g.Add("CropAndResizeGradBoxes", dy[0], image, boxes, numbers), null, null];
    }
}
