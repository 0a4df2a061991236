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
        GraphTensor inverted = ToFlat(g, g.Add("MatrixInverse", ToMatrices(g, op.Inputs[1])));
        GraphTensor sizes = g.Range(g.ShapeOf(op.Inputs[0]), 1, 3);
        NodeAttributes attributes = NodeAttributes.From(op, "interpolation", "fill_mode");
        GraphTensor gradient = op.Inputs.Count == 3
            ? g.Add(op.Type, op.Type, attributes, dy[0], inverted, sizes)
            : g.Add(op.Type, op.Type, attributes, dy[0], inverted, sizes, Tensor.From<float>([0f], []));
        return op.Inputs.Count == 3 ? [gradient, null, null] : [gradient, null, null, null];
    }

    // Eight numbers and a 1 are a matrix of 3 by 3.
    private static GraphTensor ToMatrices(GraphBuilder g, GraphTensor transforms)
    {
        using GraphScope scope = g.NameScope("flat_transforms_to_matrices");
        GraphTensor flat = g.Reshape(transforms, g.Constant(Tensor.From(-1, 8)));
        GraphTensor ones = g.Ones((Operand[])[g.Element(g.ShapeOf(flat), 0), 1]);
        return g.Reshape(g.Concat([flat, ones], 1), g.Constant(Tensor.From(-1, 3, 3)));
    }

    private static GraphTensor ToFlat(GraphBuilder g, GraphTensor matrices)
    {
        using GraphScope scope = g.NameScope("matrices_to_flat_transforms");
        GraphTensor flat = g.Reshape(matrices, g.Constant(Tensor.From(-1, 9)));
        return Columns(g, flat / Columns(g, flat, 8, 9, endMask: 1), 0, 8, endMask: 1);
    }

    private static GraphTensor Columns(GraphBuilder g, GraphTensor rows, int first, int end, int endMask)
    {
        using GraphScope scope = g.NameScope("strided_slice");
        GraphTensor begin = g.Constant(Tensor.From(0, first), "stack"), last = g.Constant(Tensor.From(0, end), "stack_1"), steps = g.Constant(Tensor.From(1, 1), "stack_2");
        return g.Add("StridedSlice", scope.Name, new NodeAttributes { ["begin_mask"] = first == 0 ? 3 : 1, ["end_mask"] = endMask }, rows, begin, last, steps);
    }
}
