namespace ModelSessions.Graphs.Ops;

/// <summary>Counts of values: by value, by width of a bin, by boundaries.</summary>
internal static class CountOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Bincount", c => c.Output(0, [Size(c, 1)]));
        ops.Define("Bucketize", Shapes.SameAsInput);
        ops.Define("DenseBincount", c =>
        {
            Shape input = c.Input(0);
            c.Output(0, input.Rank switch
            {
                1 => [Size(c, 1)],
                2 => [input[0], Size(c, 1)],
                _ => Shape.Unknown,
            });
        });
        ops.Define("HistogramFixedWidth", c => c.Output(0, [Size(c, 2)]));
    }

    private static long Size(ShapeContext c, int input) => c.TryScalar(input, out long size) && size >= 0 ? size : -1;
}
