namespace ModelSessions.Graphs.Ops;

/// <summary>Images of another size.</summary>
internal static class ResizeOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("ResizeArea", ResizeShape);
        ops.Define("ResizeBicubic", ResizeShape, (g, op, dy) => [op.Inputs[0].DType is DType.Float32 or DType.Float64 ? Backward(g, op, dy[0], op.Inputs[0]) : null, null]);
        ops.Define("ResizeBicubicGrad", Shapes.SameAsSecondInput);
        ops.Define("ResizeBilinear", ResizeShape, (g, op, dy) => [Backward(g, op, dy[0], op.Inputs[0]), null]);
        ops.Define("ResizeBilinearGrad", Shapes.SameAsSecondInput);
        ops.Define("ResizeNearestNeighbor", ResizeShape, NearestGradient);
        ops.Define("ResizeNearestNeighborGrad", ResizeShape);
        ops.Define("ScaleAndTranslate", ResizeShape, ScaleGradient);
        ops.Define("ScaleAndTranslateGrad", Shapes.SameAsSecondInput);
    }

    private static void ResizeShape(ShapeContext c)
    {
        Shape images = c.Input(0, 4);
        c.Output(0, [images[0], Size(c, 1, 0), Size(c, 1, 1), images[3]]);
    }

    /// <summary>Height (0) or width (1) from an input that is a vector of the two; −1 while it is not known.</summary>
    public static long Size(ShapeContext c, int input, int at) =>
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
}
