namespace ModelSessions.Graphs.Ops;

/// <summary>The greatest of many.</summary>
internal static class TopOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("InTopK", InTopShape);
        ops.Define("InTopKV2", InTopShape);
        ops.Define("TopK", c => TopShape(c, c.Int("k")));
        ops.Define("TopKV2", c => TopShape(c, c.TryScalar(1, out long k) ? k : -1));
    }

    private static void InTopShape(ShapeContext c) => c.Output(0, [c.MergeSize(c.Input(0, 2)[0], c.Input(1, 1)[0])]);

    private static void TopShape(ShapeContext c, long k)
    {
        Shape input = c.InputAtLeast(0, 1);
        if (!input.HasRank)
        {
            return;
        }

        if (input[-1] >= 0 && input[-1] < k)
        {
            throw c.Error($"there are no {k} elements in the last dimension of {input}.");
        }

        c.Outputs(input.With(-1, k));
    }
}
