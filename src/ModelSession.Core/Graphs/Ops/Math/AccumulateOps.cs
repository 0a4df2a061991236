namespace ModelSessions.Graphs.Ops;

/// <summary>Sums of many tensors.</summary>
internal static class AccumulateOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("AccumulateNV2", AccumulateShape, Repeat);
        ops.Define("AddN", Shapes.AllTheSame, Repeat);
    }

    private static void AccumulateShape(ShapeContext c)
    {
        Shapes.AllTheSame(c);
        c.Output(0, c.Merge(c.Operation.Outputs[0].Shape, c.Operation.Shape("shape")));
    }

    private static GraphTensor?[] Repeat(GraphBuilder g, GraphOperation op, GraphTensor[] dy) => [.. Enumerable.Repeat(dy[0], op.Inputs.Count)];
}
