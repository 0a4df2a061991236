namespace ModelSessions.Graphs.Ops;

/// <summary>Values that may be there or not, as branches hand them to their gradients.</summary>
internal static class OptionalOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("OptionalFromValue", Shapes.Scalar, (g, op, dy) => [.. g.AddOperation("OptionalGetValue", null, Contents(op.Inputs), dy[0]).Outputs]);
        ops.Define("OptionalGetValue", Shapes.FromOutputShapes, GetValueGradient);
        ops.Define("OptionalHasValue", Shapes.Scalar);
        ops.Define("OptionalNone", Shapes.Scalar);
    }

    private static GraphTensor?[] GetValueGradient(GraphBuilder g, GraphOperation op, GraphTensor?[] dy) =>
        [g.Add("OptionalFromValue", [.. op.Outputs.Select((output, i) => (Operand)(dy[i] ?? g.Add("ZerosLike", output)))])];

    private static NodeAttributes Contents(IReadOnlyList<GraphTensor> tensors) => new()
    {
        ["output_types"] = (DType[])[.. tensors.Select(tensor => tensor.DType)],
        ["output_shapes"] = (Shape[])[.. tensors.Select(tensor => tensor.Shape)],
    };
}
