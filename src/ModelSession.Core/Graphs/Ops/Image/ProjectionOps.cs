namespace ModelSessions.Graphs.Ops;

/// <summary>Images seen through a projective transform.</summary>
internal static class ProjectionOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("ImageProjectiveTransformV2", TransformShape, TransformGradient);
        ops.Define("ImageProjectiveTransformV3", TransformShape, TransformGradient);
    }

    private static void TransformShape(ShapeContext c)
    {
        Shape images = c.Input(0, 4);
        c.Output(0, [images[0], ResizeOps.Size(c, 2, 0), ResizeOps.Size(c, 2, 1), images[3]]);
    }

    // The gradient seen through the inverse transform.
    private static GraphTensor?[] TransformGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor images = op.Inputs[0], transforms = op.Inputs[1];
        GraphTensor count = g.Element(g.ShapeOf(transforms), 0);
        GraphTensor flat = g.Concat([transforms, g.Ones((Operand[])[count, 1])], 1);
        GraphTensor inverse = g.Add("MatrixInverse", g.Reshape(flat, (Operand)new[] { -1L, 3, 3 }));
        GraphTensor rows = g.Reshape(inverse, (Operand)new[] { -1L, 9 });
        GraphTensor last = g.Slice(rows, new[] { 0L, 8 }, new[] { -1L, 1 });
        GraphTensor inverted = g.Slice(rows / last, new[] { 0L, 0 }, new[] { -1L, 8 });
        GraphTensor sizes = g.Range(g.ShapeOf(images), 1, 3);
        NodeAttributes attributes = NodeAttributes.From(op, "interpolation", "fill_mode");
        GraphTensor gradient = op.Type == "ImageProjectiveTransformV2"
            ? g.Add(op.Type, op.Type, attributes, dy[0], inverted, sizes)
            : g.Add(op.Type, op.Type, attributes, dy[0], inverted, sizes, g.Constant(0.0));
        return op.Inputs.Count == 3 ? [gradient, null, null] : [gradient, null, null, null];
    }
}
