namespace ModelSessions.Graphs.Ops;

/// <summary>Sums of many tensors.</summary>
internal static class AccumulateOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("AccumulateNV2", Shapes.FromAttribute, Repeat);
        ops.Define("AddN", Shapes.AllTheSame, Repeat);
    }

    private static GraphTensor?[] Repeat(GraphBuilder g, GraphOperation op, GraphTensor[] dy) => [.. Enumerable.Repeat(dy[0], op.Inputs.Count)];
}
