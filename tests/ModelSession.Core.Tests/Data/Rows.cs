using ModelSessions.Data;

namespace ModelSessions.Tests.Data;

/// <summary>Rows of a part as numbers.</summary>
internal static class Rows
{
    public static double[] Inputs(this DatasetPart part, params long[] rows)
    {
        rows = rows.Length > 0 ? rows : [.. Enumerable.Range(0, (int)part.Count).Select(row => (long)row)];
        Tensor batch = Tensor.Zeros(DType.Float64, Shape.Create([rows.Length, .. part.ExampleShape]));
        part.Read(rows, batch, null);
        return batch.Span<double>().ToArray();
    }

    public static int[] Labels(this DatasetPart part)
    {
        Tensor batch = Tensor.Zeros(DType.Int32, [part.Count]);
        part.Read([.. Enumerable.Range(0, (int)part.Count).Select(row => (long)row)], null, batch);
        return batch.Span<int>().ToArray();
    }
}
